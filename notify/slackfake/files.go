package slackfake

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// uploadPath is where files are sent, under the address of the API: a client
// that guards its token sends it nowhere else.
const uploadPath = "/upload/"

// File is a file that was sent, and where it was shown.
type File struct {
	ID, Name, AltText string
	Content           []byte
	size              int
}

// Files are all files that were sent so far, shown or not.
func (s *Server) Files() []File {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]File(nil), s.files...)
}

func (s *Server) uploadURL(v url.Values) answer {
	size, err := strconv.Atoi(v.Get("length"))
	switch {
	case err != nil || size <= 0 || v.Get("filename") == "":
		return refuse("invalid_arguments")
	case len(v.Get("alt_txt")) > 1000:
		return refuse("alt_txt_too_large")
	}
	id := fmt.Sprintf("F0FAKE%05d", len(s.files)+1)
	s.files = append(s.files, File{ID: id, Name: v.Get("filename"), AltText: v.Get("alt_txt"), size: size})
	return answer{"ok": true, "upload_url": "http://" + s.host + uploadPath + id, "file_id": id}
}

// serveUpload takes the bytes of a file.
func (s *Server) serveUpload(w http.ResponseWriter, r *http.Request) {
	fault := s.arrived(Request{Method: "upload", At: time.Now()})
	file, _, err := r.FormFile("file")
	_, _ = io.Copy(io.Discard, r.Body) // or the end of the client goes unnoticed
	if fault.before(w, r) {
		return
	}
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	content, err := io.ReadAll(file)
	s.mu.Lock()
	defer s.mu.Unlock()
	f := s.file(strings.TrimPrefix(r.URL.Path, uploadPath))
	if err != nil || f == nil || len(content) != f.size {
		http.Error(w, "not what was announced", http.StatusBadRequest)
		return
	}
	f.Content = content
	_, _ = io.WriteString(w, "OK - "+strconv.Itoa(len(content)))
}

func (s *Server) file(id string) *File {
	for i := range s.files {
		if s.files[i].ID == id {
			return &s.files[i]
		}
	}
	return nil
}

// completeUpload shows files in a thread, or keeps them to who sent them.
func (s *Server) completeUpload(v url.Values) answer {
	var files []struct{ ID, Title string }
	if json.Unmarshal([]byte(v.Get("files")), &files) != nil || len(files) == 0 {
		return refuse("invalid_arguments")
	}
	var done []answer
	for _, f := range files {
		if sent := s.file(f.ID); sent == nil || sent.Content == nil {
			return refuse("file_not_found")
		}
		done = append(done, answer{"id": f.ID, "title": f.Title})
	}
	if channel := v.Get("channel_id"); channel != "" {
		c, refused := s.destination(channel)
		if refused != nil {
			return refused
		}
		m := Message{Channel: c.ID, Text: v.Get("initial_comment"), File: files[0].ID, At: time.Now()}
		if parent := s.index(c.ID, v.Get("thread_ts")); parent >= 0 {
			m.ThreadTS = s.messages[parent].TS
		}
		m.TS = s.stamp()
		s.messages = append(s.messages, m)
	}
	return answer{"ok": true, "files": done}
}

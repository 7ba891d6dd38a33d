package probes

import (
	"mime/multipart"
	"net/textproto"
	"strings"
)

// fillMultipart writes the form and its files as multipart/form-data (RFC
// 7578), in their order.
func (m *message) fillMultipart(s *Step, values map[string]string) error {
	var body strings.Builder // never fails to be written to
	w := multipart.NewWriter(&body)
	for _, f := range s.Form {
		name, err := verbatim(f.Name, values)
		if err != nil {
			return err
		}
		value, err := verbatim(f.Value, values)
		if err != nil {
			return err
		}
		_ = w.WriteField(name, value)
	}
	for _, f := range s.Files {
		part, err := w.CreatePart(textproto.MIMEHeader{
			"Content-Disposition": {multipart.FileContentDisposition(f.Field, f.Name)},
			"Content-Type":        {f.Type},
		})
		if err == nil {
			_, _ = part.Write([]byte(f.Content))
		}
	}
	_ = w.Close()
	m.header.Set("Content-Type", w.FormDataContentType())
	m.body = body.String()
	return nil
}

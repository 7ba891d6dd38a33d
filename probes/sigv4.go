package probes

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"maps"
	"net/http"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
)

// SigV4 signs each request as AWS and what speaks like it want it (AWS Signature
// Version 4): method, path, query, body, Host, Content-Type and X-Amz-* are
// under the signature, and the time by this machine's clock, which must be
// right to some minutes. Redirects to the same host are signed anew.
type SigV4 struct {
	AccessKey    string
	SecretKey    string // a secret
	SessionToken string // of temporary credentials, a secret; "" without
	Region       string
	Service      string // as in execute-api or s3
}

// filled is s with its placeholders filled in.
func (s SigV4) filled(values map[string]string) (*SigV4, error) {
	for _, field := range []*string{&s.AccessKey, &s.SecretKey, &s.SessionToken, &s.Region, &s.Service} {
		var err error
		if *field, err = verbatim(*field, values); err != nil {
			return nil, err
		}
	}
	return &s, nil
}

// signed is the message with its signature at that time.
func (s SigV4) signed(m message, now time.Time) message {
	u, sum := *m.url, sha256.Sum256([]byte(m.body))
	req := &http.Request{Method: m.method, URL: &u, Host: m.host, Header: http.Header{}}
	hash := hex.EncodeToString(sum[:])
	for name, values := range m.header {
		if name == "Content-Type" || strings.HasPrefix(name, "X-Amz-") {
			req.Header[name] = values
		}
	}
	if s.Service == "s3" {
		req.Header.Set("X-Amz-Content-Sha256", hash)
	}
	credentials := aws.Credentials{AccessKeyID: s.AccessKey, SecretAccessKey: s.SecretKey, SessionToken: s.SessionToken}
	plainPath := func(o *v4.SignerOptions) { o.DisableURIPathEscaping = s.Service == "s3" }
	if v4.NewSigner(plainPath).SignHTTP(context.Background(), credentials, req, hash, s.Service, s.Region, now) != nil {
		return m // the server will say so
	}
	m.url, m.header = &u, m.header.Clone()
	maps.Copy(m.header, req.Header)
	return m
}

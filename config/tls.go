package config

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"github.com/forewarn/forewarn/probes"
)

// tls reads what a journey asks of secure connections, its files included.
func (r *reader) tls(t *tlsTable) probes.TLS {
	all := probes.TLS{
		MinVersion: map[string]uint16{
			"1.0": tls.VersionTLS10, "1.1": tls.VersionTLS11, "1.2": tls.VersionTLS12, "1.3": tls.VersionTLS13,
		}[t.MinVersion.value],
		ServerName: t.ServerName.value, Insecure: t.Insecure.value != "",
	}
	if all.Insecure {
		r.odd(t.Insecure.node.key, "whoever answers this journey is believed: secrets may go to an attacker",
			"name the authority with ca_file, or the certificate's name with server_name")
	}
	if t.CA.given() {
		all.Authorities = r.authorities(t.CA)
	}
	switch {
	case t.Cert.given() && t.PrivateKey.given():
		all.Certificates = r.clientCertificate(t)
	case t.Cert.given():
		r.absent(t.Cert.node.key, "cert_file without key_file", `add key_file = "probe.key"`)
	case t.PrivateKey.given():
		r.absent(t.PrivateKey.node.key, "key_file without cert_file", `add cert_file = "probe.pem"`)
	}
	return all
}

// authorities are the certificates of a PEM file.
func (r *reader) authorities(file label) []*x509.Certificate {
	content, ok := r.pemFile(file)
	var all []*x509.Certificate
	for ok {
		var block *pem.Block
		if block, content = pem.Decode(content); block == nil {
			break
		}
		if block.Type != "CERTIFICATE" {
			continue
		}
		cert, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			r.wrong(file.at(), "a certificate in this file cannot be read: "+err.Error(), "")
			return nil
		}
		all = append(all, cert)
	}
	if ok && all == nil {
		r.wrong(file.at(), "there is no certificate in this file", "it must hold a block that begins with -----BEGIN CERTIFICATE-----")
	}
	return all
}

func (r *reader) clientCertificate(t *tlsTable) []tls.Certificate {
	cert, certOK := r.pemFile(t.Cert)
	key, keyOK := r.pemFile(t.PrivateKey)
	if !certOK || !keyOK {
		return nil
	}
	if r.authorities(t.Cert) == nil {
		return nil
	}
	pair, err := tls.X509KeyPair(cert, key)
	if err != nil {
		r.wrong(t.PrivateKey.at(), "this is not the key of cert_file: "+err.Error(),
			"both are PEM files, and the key has no password: openssl pkey -in FILE -out probe.key takes one off")
		return nil
	}
	if time.Now().After(pair.Leaf.NotAfter) {
		r.odd(t.Cert.at(), "this certificate ended on "+pair.Leaf.NotAfter.UTC().Format(time.DateOnly), "renew it")
	}
	return []tls.Certificate{pair}
}

// pemFile is the content of a file in PEM.
func (r *reader) pemFile(file label) (content []byte, ok bool) {
	if file.value == "" {
		return nil, false // said already
	}
	content, err := r.smallFile(file.value, 1<<20)
	if err != nil {
		r.wrong(file.at(), "the file for "+file.node.name+": "+err.Error(), fileRemedy(err))
		return nil, false
	}
	if block, _ := pem.Decode(content); block == nil {
		r.wrong(file.at(), "this file is not in PEM", "convert it, as with openssl x509 -inform der, or openssl pkcs12 -nodes for a .p12 or .pfx")
		return nil, false
	}
	return content, true
}

// smallFile is the content of a file that the configuration names.
func (r *reader) smallFile(path string, most int64) ([]byte, error) {
	if !filepath.IsAbs(path) {
		path = filepath.Join(r.dir, path)
	}
	r.named = append(r.named, path)
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return nil, plainly(err)
	case !info.Mode().IsRegular():
		return nil, errors.New("it is not a regular file") // a pipe could make us wait for ever
	case info.Size() > most:
		return nil, errors.New("it is larger than " + sizeText(most))
	}
	content, err := os.ReadFile(path)
	if err != nil {
		return nil, plainly(err)
	}
	return content, nil
}

func sizeText(bytes int64) string {
	if bytes >= 1<<20 {
		return strconv.FormatInt(bytes>>20, 10) + " MB"
	}
	return strconv.FormatInt(bytes>>10, 10) + " kB"
}

package probes

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"slices"
	"strings"
	"time"

	"github.com/forewarn/forewarn/probes/expect"
)

// certEnd is when the best of the verified chains ends: a chain ends with the
// first of its certificates. An old certificate that a server sends along but
// that no chain needs is of no account. It is zero without TLS.
func certEnd(state *tls.ConnectionState) time.Time {
	var best time.Time
	if state == nil {
		return best
	}
	for _, chain := range state.VerifiedChains {
		if end := firstEnd(chain); end.After(best) {
			best = end
		}
	}
	if best.IsZero() {
		best = firstEnd(state.PeerCertificates)
	}
	return best
}

// firstEnd is when the first of the certificates ends; zero without any.
func firstEnd(chain []*x509.Certificate) time.Time {
	var first time.Time
	for _, cert := range chain {
		first = earlier(first, cert.NotAfter)
	}
	return first
}

// unverified lists the certificates of a handshake that we broke off.
func unverified(err error) []*x509.Certificate {
	if bad, ok := errors.AsType[*tls.CertificateVerificationError](err); ok {
		return bad.UnverifiedCertificates
	}
	return nil
}

// tlsFault tells in one line what was wrong with the handshake, and shows the
// certificate if there was one. It is "" for any other fault.
func tlsFault(err error) (message, evidence string) {
	if certs := unverified(err); len(certs) > 0 {
		return certFault(err, certs[0]), describe(certs[0])
	}
	var header tls.RecordHeaderError
	var op *net.OpError
	switch {
	case errors.As(err, &header), strings.Contains(err.Error(), "HTTP response to HTTPS client"):
		return "the server does not speak TLS on this port", err.Error()
	case errors.As(err, &op) && op.Op == "remote error":
		return "the server broke off the handshake: " + op.Err.Error(), ""
	}
	return "", ""
}

func certFault(err error, leaf *x509.Certificate) string {
	var name x509.HostnameError
	var unknown x509.UnknownAuthorityError
	var invalid x509.CertificateInvalidError
	switch {
	case errors.As(err, &name):
		return "the certificate is not for " + name.Host + " but for " + names(leaf)
	case errors.As(err, &unknown):
		return "the certificate is signed by an authority nobody here trusts: " + leaf.Issuer.String()
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired && time.Now().Before(leaf.NotBefore):
		return "the certificate is not valid yet"
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired:
		return "the certificate has expired"
	}
	return err.Error()
}

func names(cert *x509.Certificate) string {
	if all := hosts(cert); len(all) > 0 {
		return strings.Join(all, ", ")
	}
	return "no host at all"
}

// hosts are the names and addresses that a certificate is for.
func hosts(cert *x509.Certificate) []string {
	all := slices.Clone(cert.DNSNames)
	for _, ip := range cert.IPAddresses {
		all = append(all, ip.String())
	}
	return all
}

// shown is what expressions see of a certificate.
func shown(cert *x509.Certificate) *expect.Certificate {
	return &expect.Certificate{
		Subject: cert.Subject.String(), Issuer: cert.Issuer.String(), Serial: cert.SerialNumber.Text(16),
		Names: hosts(cert), Start: cert.NotBefore, End: cert.NotAfter,
	}
}

// describe shows what the holder of a certificate needs to know, and our
// clock, which may be the one that is wrong.
func describe(cert *x509.Certificate) string {
	return fmt.Sprintf("subject  %s\nnames    %s\nissuer   %s\nvalid    %s\nuntil    %s\nnow      %s",
		cert.Subject, names(cert), cert.Issuer,
		cert.NotBefore.UTC().Format(time.RFC3339), cert.NotAfter.UTC().Format(time.RFC3339),
		time.Now().UTC().Format(time.RFC3339))
}

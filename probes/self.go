package probes

import (
	"crypto/x509"
	"errors"
	"net"
	"os"
	"slices"
	"strings"
	"syscall"
)

// ownErrnos are system errors that say something of this machine and nothing
// of the product: no descriptors, no memory, no free port, not allowed to
// connect, network switched off.
func ownErrnos() []syscall.Errno {
	return []syscall.Errno{
		syscall.EMFILE, syscall.ENFILE, syscall.ENOBUFS, syscall.ENOMEM, syscall.EADDRNOTAVAIL,
		syscall.EADDRINUSE, syscall.EACCES, syscall.EPERM, syscall.ENETDOWN, syscall.EAFNOSUPPORT,
	}
}

// resolverErrnos also say something of this machine when they come from its
// way to its name server: that one is ours.
func resolverErrnos() []syscall.Errno {
	return append(ownErrnos(), syscall.ECONNREFUSED, syscall.ENETUNREACH, syscall.EHOSTUNREACH)
}

// ownFault says in one line why a fault is ours, or "".
func (f *fault) ownFault() string {
	var errno syscall.Errno
	var dns *net.DNSError
	if proxy := proxyFault(f.err); proxy != "" {
		return proxy
	}
	switch {
	case errors.As(f.err, &dns):
		return ownLookupFault(dns)
	case errors.As(f.err, &errno) && slices.Contains(ownErrnos(), errno):
		return "this machine: " + errno.Error()
	case errors.Is(f.err, syscall.ENETUNREACH) && !hasRoute(f.addr):
		return "this machine has no route to " + f.addr
	case f.roots && noRoots(f.err):
		return "this machine has no root certificates: install ca-certificates or set SSL_CERT_FILE"
	}
	return ""
}

// ownLookupFault tells a fault of ours from a name that does not resolve. The
// resolver keeps only the text of a system error; and one that could not open
// its files for lack of descriptors may even answer "no such host", so look
// whether there are any now.
func ownLookupFault(e *net.DNSError) string {
	for _, errno := range resolverErrnos() {
		if strings.Contains(e.Err, errno.Error()) {
			return "this machine cannot ask its name server: " + errno.Error()
		}
	}
	file, err := os.Open(os.DevNull)
	if err != nil {
		return "this machine: " + err.Error()
	}
	file.Close()
	return ""
}

// hasRoute asks the kernel whether it has a way to addr. Connecting a UDP
// socket sends nothing. "Network is unreachable" also comes as an answer from
// a router near the product, and then it is the product's failure.
func hasRoute(addr string) bool {
	conn, err := net.Dial("udp", addr)
	if err != nil {
		return false
	}
	conn.Close()
	return true
}

// noRoots reports whether a certificate was refused only because this machine
// trusts nobody, as in a container without a CA bundle.
func noRoots(err error) bool {
	if _, ok := errors.AsType[x509.SystemRootsError](err); ok {
		return true
	}
	if _, ok := errors.AsType[x509.UnknownAuthorityError](err); !ok {
		return false
	}
	pool, err := x509.SystemCertPool()
	return err != nil || pool.Equal(x509.NewCertPool())
}

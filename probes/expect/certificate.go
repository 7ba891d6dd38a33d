package expect

import (
	"math"
	"time"
)

// Certificate is what a server showed of itself.
type Certificate struct {
	Subject, Issuer string   // as of RFC 2253, CN=shop.example,O=Shop
	Serial          string   // lower case hexadecimal
	Names           []string // the hosts it is for, addresses included
	Start, End      time.Time
}

// facts are the names without arguments that may not be there.
func facts() map[string]*finder {
	return map[string]*finder{
		"ip":           {find: func(r *Response) (value, error) { return unlessEmpty(r.IP), nil }},
		"locations":    {find: func(r *Response) (value, error) { return several(r.Locations), nil }, plural: true},
		"cert.subject": ofCertificate(func(c *Certificate) value { return text(c.Subject) }),
		"cert.issuer":  ofCertificate(func(c *Certificate) value { return text(c.Issuer) }),
		"cert.serial":  ofCertificate(func(c *Certificate) value { return text(c.Serial) }),
		"cert.start":   ofCertificate(func(c *Certificate) value { return text(c.Start.UTC().Format(time.RFC3339)) }),
		"cert.end":     ofCertificate(func(c *Certificate) value { return text(c.End.UTC().Format(time.RFC3339)) }),
		"cert.names":   {find: ofCertificate(func(c *Certificate) value { return several(c.Names) }).find, plural: true},
	}
}

const noTLS = "there was no TLS"

func ofCertificate(part func(*Certificate) value) *finder {
	return &finder{find: func(r *Response) (value, error) {
		if r.Cert == nil {
			return nothing(noTLS), nil
		}
		return part(r.Cert), nil
	}}
}

func unlessEmpty(s string) value {
	if s == "" {
		return nothing("")
	}
	return text(s)
}

// certDays is undecided without TLS, where NaN would make every comparison
// false and its opposite true.
func certDays(operands ...any) (any, error) {
	if d := operands[0].(*Response).CertDays; !math.IsNaN(d) {
		return d, nil
	}
	return 0.0, undecided{noTLS}
}

package cli

import (
	"errors"

	"github.com/forewarn/forewarn/probes"
)

// refusal says in a few lines why no limit can be found for the page, and
// what to do.
func (p proposal) refusal(r probes.Result) error {
	why := r.Failure
	if why == nil {
		why = &probes.Failure{Message: r.Verdict.String()}
	}
	text := p.base() + p.path() + " cannot be watched yet: " + why.Message
	if why.Kind == probes.FailTLS && why.Evidence != "" {
		text += "\n" + indent(why.Evidence, "  ")
	}
	return errors.New(text + "\n  = " + remedy(why.Kind, r.Steps[0].Status))
}

// remedy is what to do about a page that does not answer well.
func remedy(kind probes.FailureKind, status int) string {
	switch {
	case kind == probes.FailResolve || kind == probes.FailConnect:
		return "is the address right, and is the site up? From this machine, not from your desk"
	case kind == probes.FailTLS:
		return "if the authority is your own, name its certificate: SSL_CERT_FILE=/path/ca.pem forewarn init ..., later [journey.tls] ca_file"
	case kind == probes.FailTimeout:
		return "limits need a page that answers in time: begin with a faster one, or write a forewarn.toml with a longer timeout"
	case kind == probes.FailProtocol:
		return "is it http or https, and is the port right?"
	case status == 401 || status == 403:
		return "a journey can log in: see config.example.toml"
	case status >= 500:
		return "limits are found on a page that works: try again when it does, or write a forewarn.toml"
	default:
		return "is the address right? Open it in a browser"
	}
}

package config

import (
	"net/http"
	"regexp"
	"strings"

	"github.com/forewarn/forewarn/probes"
)

// authKeys are the ways to say who asks, as they stand in a journey or
// a step.
type authKeys struct {
	basic  *basicTable
	digest *basicTable
	bearer *template
	oauth2 *oauth2Table
	sigv4  *sigv4Table
}

// given are the places of those that are in the file.
func (a authKeys) given() []place {
	var places []place
	for _, p := range []place{a.basic.place, a.digest.place, a.bearer.place, a.oauth2.place, a.sigv4.place} {
		if p.given() {
			places = append(places, p)
		}
	}
	return places
}

func (r *reader) journeyAuth(t *journeyTable, s *scope) probes.Auth {
	keys := authKeys{&t.Basic, &t.Digest, &t.Bearer, &t.OAuth2, &t.SigV4}
	for _, p := range keys.given() {
		if !t.BaseURL.given() {
			r.absent(p.node.key, p.node.name+" without base_url", "say with base_url whose it is, or move it into the steps")
		}
	}
	return r.auth(keys, s)
}

// stepAuth is nil if the step says nothing of it.
func (r *reader) stepAuth(t *stepTable, s *scope) *probes.Auth {
	keys := authKeys{&t.Basic, &t.Digest, &t.Bearer, &t.OAuth2, &t.SigV4}
	given := keys.given()
	if len(given) == 0 {
		return nil
	}
	for i := range t.Headers {
		if http.CanonicalHeaderKey(t.Headers[i].name) == "Authorization" {
			r.wrong(t.Headers[i].key, t.Headers[i].name+" stands beside "+given[0].node.name, "a request says once who asks: keep one of them")
		}
	}
	a := r.auth(keys, s)
	return &a
}

func (r *reader) auth(keys authKeys, s *scope) (a probes.Auth) {
	given := keys.given()
	if len(given) > 1 {
		r.wrong(given[1].node.key, given[1].node.name+" stands beside "+given[0].node.name, "a request says once who asks: keep one of them")
	}
	r.use(keys.bearer.names, s)
	a.Bearer = r.secret(keys.bearer)
	if d := keys.digest; d.given() {
		a.Digest = &probes.Digest{User: d.User.value, Password: r.login(d, s)}
	}
	if b := keys.basic; b.given() {
		if strings.Contains(b.User.value, ":") {
			r.wrong(b.User.at(), "a user of basic holds a colon, which would end it", "")
		}
		a.Basic = &probes.Basic{User: b.User.value, Password: r.login(b, s)}
	}
	if keys.oauth2.given() {
		a.OAuth2 = r.oauth2(keys.oauth2, s)
	}
	if keys.sigv4.given() {
		a.SigV4 = r.sigv4(keys.sigv4, s)
	}
	return a
}

// login is the password of a table that must hold a user as well.
func (r *reader) login(t *basicTable, s *scope) string {
	r.needs(t.place, "user", t.User.place)
	r.needs(t.place, "password", t.Password.place)
	r.use(append(t.User.names, t.Password.names...), s)
	return r.secret(&t.Password)
}

func (r *reader) oauth2(t *oauth2Table, s *scope) *probes.OAuth2 {
	r.needs(t.place, "token_url", t.TokenURL.place)
	r.needs(t.place, "client_id", t.ClientID.place)
	r.needs(t.place, "client_secret", t.ClientSecret.place)
	for _, one := range []template{t.TokenURL, t.ClientID, t.ClientSecret} {
		r.use(one.names, s)
	}
	if t.TokenURL.good && !strings.HasPrefix(t.TokenURL.value, "{{") {
		r.whole(t.TokenURL.node, &Key{Path: "token_url"}, t.TokenURL.value, fill(t.TokenURL.value))
	}
	o := &probes.OAuth2{
		TokenURL: t.TokenURL.value, ClientID: t.ClientID.value, ClientSecret: r.secret(&t.ClientSecret),
		InBody: t.ClientAuth.value == "body",
	}
	for _, scope := range t.Scopes {
		o.Scopes = append(o.Scopes, scope.value)
	}
	return o
}

func (r *reader) sigv4(t *sigv4Table, s *scope) *probes.SigV4 {
	r.needs(t.place, "access_key", t.AccessKey.place)
	r.needs(t.place, "secret_key", t.SecretKey.place)
	r.needs(t.place, "region", t.Region.place)
	r.needs(t.place, "service", t.Service.place)
	for _, one := range []template{t.AccessKey, t.SecretKey, t.SessionToken, t.Region, t.Service} {
		r.use(one.names, s)
	}
	return &probes.SigV4{
		AccessKey: t.AccessKey.value, SecretKey: r.secret(&t.SecretKey), SessionToken: r.secret(&t.SessionToken),
		Region: t.Region.value, Service: t.Service.value,
	}
}

// needs reports a key that its table cannot do without.
func (r *reader) needs(table place, word string, key place) {
	if !key.given() && !r.misspelt[misspelling{table.node, word}] {
		r.absent(table.at(), word+" is missing", "add "+word+` = "..."`)
	}
}

// secret is a text that has to be hidden, and so must be fit for it.
func (r *reader) secret(t *template) string {
	if t.good {
		r.hidable(t.at(), t.node.name, t.value, ", or put it into vars if all may see it, and write its {{name}} here")
	}
	return t.value
}

// bareName is how a shell would write a variable of the environment.
var bareName = regexp.MustCompile(`^\$[A-Za-z_]\w*$`)

// hidable reports whether there is nothing to say of a secret: that it cannot
// be hidden, or that it is likely a slip.
func (r *reader) hidable(at span, what, value, otherwise string) bool {
	why, bare := probes.Unhidable(value), bareName.MatchString(value)
	switch {
	case why != "" && bare:
		r.wrong(at, what+" "+why, "for a variable of the environment, write ${NAME}")
	case why != "":
		r.wrong(at, what+" "+why, "what is shown would lose it everywhere, and so give it away: use a longer one"+otherwise)
	case bare:
		r.odd(at, what+" begins with $, and is taken as it stands", "for a variable of the environment, write ${NAME}")
	}
	return why == "" && !bare
}

package notify

import (
	"math"
	"time"

	"github.com/forewarn/forewarn/alert"
)

// hookBody is the body of the JSON webhook. Its names and meanings stay as
// they are as long as Version does; fields may be added.
type hookBody struct {
	Version        int             `json:"version"`
	ID             string          `json:"id"`
	MayRepeat      bool            `json:"may_repeat"`
	Event          alert.EventKind `json:"event"`
	State          string          `json:"state"`
	At             *time.Time      `json:"at"`
	Incident       int64           `json:"incident"`
	Revision       int             `json:"revision"`
	Journey        string          `json:"journey"`
	Limit          string          `json:"limit"`
	Step           string          `json:"step"`
	Title          string          `json:"title"`
	Feature        string          `json:"feature"`
	Location       string          `json:"location"`
	Signal         alert.Signal    `json:"signal"`
	Value          *float64        `json:"value"`
	Threshold      *float64        `json:"threshold"`
	Unit           string          `json:"unit"`
	OpenedAt       *time.Time      `json:"opened_at"`
	BurnedAt       *time.Time      `json:"burned_at"`
	OverAt         *time.Time      `json:"over_at"`
	AcknowledgedBy string          `json:"acknowledged_by"`
	Text           string          `json:"text"`
	Header         string          `json:"header"`
	Body           []string        `json:"body"`
	Fields         []hookField     `json:"fields"`
	Notes          []string        `json:"notes"`
	Runbook        string          `json:"runbook"`
	Links          []hookLink      `json:"links"`
}

type hookField struct {
	Label string `json:"label"`
	Value string `json:"value"`
}

type hookLink struct {
	Label string `json:"label"`
	URL   string `json:"url"`
}

func jsonBody(m Message) hookBody {
	f := m.Facts
	b := hookBody{
		Version: 1, ID: m.ID, MayRepeat: !m.Tried.IsZero(), Event: m.Kind, State: f.State, Incident: m.Incident, Revision: m.Revision,
		Journey: f.Journey, Limit: f.Limit, Step: f.Step, Title: f.Title, Feature: f.Feature, Location: f.Location,
		Signal: f.Signal, Value: number(f.Value), Threshold: number(f.Threshold), Unit: unitOf(f.Signal),
		At: happened(f.At), OpenedAt: happened(f.Opened), BurnedAt: happened(f.Burned), OverAt: happened(f.Over),
		AcknowledgedBy: f.AckBy, Text: m.Text, Header: m.Header, Runbook: f.Runbook,
		Body: plainly(m.Body), Notes: plainly(m.Context), Fields: []hookField{}, Links: []hookLink{},
	}
	for _, field := range m.Fields {
		b.Fields = append(b.Fields, hookField{field.Label, field.Value.String()})
	}
	for _, l := range f.Links {
		b.Links = append(b.Links, hookLink(l))
	}
	return b
}

// plainly are texts without any marks; a list, even if it is empty.
func plainly(texts []Text) []string {
	all := []string{}
	for _, t := range texts {
		all = append(all, t.String())
	}
	return all
}

// number is v, or nil if it is unknown: never 0.
func number(v float64) *float64 {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return nil
	}
	return &v
}

// happened is t in UTC, or nil if it did not.
func happened(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	t = t.UTC().Truncate(time.Millisecond)
	return &t
}

// unitOf is what values of s are counted in.
func unitOf(s alert.Signal) string {
	switch s {
	case alert.Latency:
		return "seconds"
	case alert.Cert:
		return "days"
	}
	return "share"
}

package web

import (
	"math"
	"slices"
	"strings"

	dto "github.com/prometheus/client_model/go"
)

// scrape is what one answer of /metrics tells, by the name of the family. It is
// made as the library's encoder takes it: a prometheus.Collector would describe
// and hash each of tens of thousands of series anew, in six times the memory.
type scrape map[string]*dto.MetricFamily

func (s scrape) gauge(name, help string, v float64, l labels) {
	if math.IsNaN(v) {
		return
	}
	one := &struct { // one allocation, not three
		metric dto.Metric
		gauge  dto.Gauge
		value  float64
	}{value: v}
	one.gauge.Value = &one.value
	one.metric.Label, one.metric.Gauge = l, &one.gauge
	s.send(name, help, dto.MetricType_GAUGE, &one.metric)
}

func (s scrape) counter(name, help string, v float64, l labels) {
	s.send(name, help, dto.MetricType_COUNTER, &dto.Metric{Label: l, Counter: &dto.Counter{Value: &v}})
}

func (s scrape) send(name, help string, kind dto.MetricType, one *dto.Metric) {
	if s[name] == nil {
		s[name] = newFamily(name, help, kind)
	}
	s[name].Metric = append(s[name].Metric, one)
}

func newFamily(name, help string, kind dto.MetricType) *dto.MetricFamily {
	return &dto.MetricFamily{Name: &name, Help: &help, Type: &kind}
}

// labels are those of a series, in the order of their names. Series share them.
type labels []*dto.LabelPair

// labelled makes labels of names, in order, each followed by its value. One
// that is no text, such as the name of a host, becomes one: it would spoil the
// whole answer.
func labelled(pairs ...string) labels {
	var l labels
	for pair := range slices.Chunk(pairs, 2) {
		value := strings.ToValidUTF8(pair[1], "\uFFFD")
		l = append(l, &dto.LabelPair{Name: &pair[0], Value: &value})
	}
	return l
}

// with is l and one more.
func (l labels) with(name, value string) labels {
	at, _ := slices.BinarySearchFunc(l, name, func(of *dto.LabelPair, name string) int {
		return strings.Compare(of.GetName(), name)
	})
	return slices.Insert(slices.Clone(l), at, labelled(name, value)...)
}

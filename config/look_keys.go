package config

// The tables of what is watched without HTTP. As in keys.go, their tags are
// the only source of the decoder, the documentation and the schema.

type tlsLookTable struct {
	place
	who
	when
	Address    label        `toml:"address" required:"yes" max:"300" unit:"host:port" also:"host port addr target url connect" doc:"where the TLS handshake is made"`
	ServerName label        `toml:"server_name" else:"the host of address" max:"255" also:"sni" doc:"the name that the certificate must be for, and that the handshake asks for"`
	CA         label        `toml:"ca_file" max:"4000" also:"ca cacert cafile ca_cert" doc:"as in [journey.tls]"`
	Limit      []limitTable `toml:"limit" as:"journey.limit" also:"limits alert alerts slo threshold" doc:"what must not be crossed; cert is the days that are left"`
}

type tcpLookTable struct {
	place
	who
	when
	Address label        `toml:"address" required:"yes" max:"300" unit:"host:port" also:"host port addr target connect" doc:"where the connection is made"`
	Send    text         `toml:"send" also:"write query" doc:"said as soon as it stands; needs expect; shown nowhere, because it may hold a secret"`
	Expect  text         `toml:"expect" also:"banner read contains" doc:"must be part of what the server says then, of which 16 kB are read"`
	Limit   []limitTable `toml:"limit" as:"journey.limit" also:"limits alert alerts slo threshold" doc:"what must not be crossed"`
}

type dnsLookTable struct {
	place
	who
	when
	Lookup   label        `toml:"lookup" required:"yes" max:"253" unit:"domain name" also:"query domain host" doc:"the name that is asked about"`
	Type     label        `toml:"type" default:"A" oneof:"A AAAA CNAME MX TXT NS" also:"record record_type rrtype" doc:"the records that are asked for"`
	Resolver label        `toml:"resolver" else:"the machine's first" max:"100" unit:"IP:port" also:"server nameserver" doc:"the name server that is asked"`
	Expect   []label      `toml:"expect" else:"any" max:"4000" also:"answers answer values" doc:"all answers, in any order; of MX as in \"10 mail.example\""`
	Limit    []limitTable `toml:"limit" as:"journey.limit" also:"limits alert alerts slo threshold" doc:"what must not be crossed"`
}

type heartbeatTable struct {
	place
	who
	ID      label        `toml:"id" required:"yes" secret:"yes" max:"200" also:"uuid token slug" doc:"the part of its address that nobody can guess: 20 letters, digits, - and _ or more, as openssl rand -hex 16 writes them"`
	Every   duration     `toml:"every" default:"1d" min:"1s" max:"366d" also:"interval period frequency schedule" doc:"from one beginning of the job to the next"`
	Grace   duration     `toml:"grace" else:"a tenth of every, from 1m to 1h" min:"1s" max:"30d" also:"grace_period tolerance" doc:"how late a ping may come"`
	Timeout duration     `toml:"timeout" else:"every" min:"1s" max:"366d" also:"deadline max_runtime" doc:"from its /start to its end, at most"`
	Limit   []limitTable `toml:"limit" as:"journey.limit" also:"limits alert alerts slo threshold" doc:"what must not be crossed; latency is the time from /start to the end"`
}

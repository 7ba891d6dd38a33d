package config

// The tables of the file. Their tags are the only source of the decoder, of
// the table in docs/config.md and of the schema:
//
//	toml     the key
//	default  its value when it is left out, written as in the file
//	else     what stands in for it when it is left out, in words
//	required the key must be there: "yes", or "unless x" if x is not
//	min, max bounds: of a duration or size, of an integer, of a text's length
//	oneof    the words it may be
//	secret   its value is never shown
//	unit     how it is counted
//	as       the table whose keys it has, listed there
//	also     words people try instead
//	doc      its meaning

type fileTable struct {
	Agent    agentTable      `toml:"agent" doc:"this process"`
	Slack    slackTable      `toml:"slack" doc:"where messages go; without it only to the terminal"`
	Route    []routeTable    `toml:"route" also:"routes receiver receivers notify channel" doc:"another way to tell people, see docs/slack.md; [slack] takes everything beside it"`
	SMTP     smtpTable       `toml:"smtp" also:"mail email" doc:"the server that takes the mails of routes"`
	Journey  []journeyTable  `toml:"journey" also:"journeys check probe monitor endpoint" doc:"one way a customer goes through the product"`
	TLS      []tlsLookTable  `toml:"tls" also:"cert certificate ssl" doc:"a look at a certificate, where no journey goes"`
	TCP      []tcpLookTable  `toml:"tcp" also:"port socket" doc:"a look at a port that speaks no HTTP"`
	DNS      []dnsLookTable  `toml:"dns" also:"record domain" doc:"a look at what a name server says of a name"`
	Fragment []fragmentTable `toml:"fragment" also:"fragments template include" doc:"steps that several journeys use, see docs/journeys.md"`
	Host     []hostTable     `toml:"host" also:"hosts budget" doc:"how much one host is asked by all journeys together, see docs/journeys.md"`

	Heartbeat []heartbeatTable `toml:"heartbeat" also:"cron job ping healthcheck deadman" doc:"a job that reports by itself, and is missed when it does not"`

	Noise       noiseTable         `toml:"noise" also:"alerting policy notifications" doc:"when it speaks and when it is silent, see docs/slack.md"`
	Digest      digestTable        `toml:"digest" also:"daily summary report" doc:"what a day came to, in one message, see docs/slack.md"`
	Maintenance []maintenanceTable `toml:"maintenance" also:"maintenances window downtime mute" doc:"silent by plan: runs inside are kept and marked, open no incident and teach nothing"`
}

type agentTable struct {
	place
	Location  label     `toml:"location" else:"the host name" max:"100" also:"name vantage" doc:"the vantage point that results are labelled with"`
	Timezone  label     `toml:"timezone" else:"the machine's" max:"100" also:"tz zone" doc:"for days, quiet hours and clock times in messages, as in Europe/Kyiv"`
	Database  label     `toml:"database" default:"forewarn.db" max:"4000" also:"db path storage" doc:"the file that keeps everything; relative to this file, or to $STATE_DIRECTORY if that is set"`
	Listen    text      `toml:"listen" default:"127.0.0.1:8080" unit:"host:port" also:"address addr bind port" doc:"serves /healthz, /readyz and /metrics; \"\" is off"`
	APIToken  label     `toml:"api_token" min:"16" max:"1000" secret:"yes" also:"token key bearer" doc:"who shows it as a bearer token may tell what was changed: POST /api/v1/events, see docs/slack.md; without one nobody may"`
	URL       address   `toml:"url" doc:"the public address of that, for links in messages to come"`
	Canary    []address `toml:"canary" else:"Slack's server, if messages go there" also:"canaries link_check connectivity" doc:"asked when a journey does not get through: if none of these answers either, this machine's own link is down and the run says nothing of the product; [] is off"`
	Heartbeat address   `toml:"heartbeat_url" secret:"yes" also:"heartbeat ping healthcheck" doc:"fetched each minute while all of forewarn works: who watches the watcher"`
}

type slackTable struct {
	place
	Channel  label   `toml:"channel" max:"100" doc:"the channel's name with #, or its ID; needed beside bot_token"`
	BotToken label   `toml:"bot_token" max:"1000" secret:"yes" also:"token bot" doc:"posts, updates and threads messages (xoxb-...)"`
	AppToken label   `toml:"app_token" max:"1000" secret:"yes" also:"app" doc:"Socket Mode, for buttons and the slash command, see docs/slack.md (xapp-...)"`
	MayAct   []label `toml:"may_act" else:"whoever sees the message" max:"100" also:"may acknowledge allow allowed users" doc:"ids of the users (U...) and user groups (S...) whose clicks and slash commands count"`
	Webhook  address `toml:"webhook_url" secret:"yes" also:"webhook url hook" doc:"an incoming webhook instead of bot_token: no threads, no updates"`
	API      address `toml:"api_url" default:"https://slack.com/api/" also:"api" doc:"any server that speaks Slack's API"`
	Fallback label   `toml:"fallback" max:"100" also:"backup otherwise" doc:"the name of a route that tells what burns when Slack does not take it within a minute"`
	Rest     boolean `toml:"rest" default:"false" also:"unrouted default" doc:"takes only what no route takes"`
}

type routeTable struct {
	place
	Name         label   `toml:"name" required:"yes" max:"60" also:"id" doc:"unique; letters, digits, - and _"`
	Slack        label   `toml:"slack" max:"100" also:"channel" doc:"where it goes: a channel that the bot of [slack] posts to; exactly one of slack, webhook_url, json_webhook, alertmanager, alertmanager_api, email"`
	Webhook      address `toml:"webhook_url" secret:"yes" also:"hook" doc:"where it goes: another incoming webhook of Slack"`
	JSON         address `toml:"json_webhook" secret:"yes" also:"webhook url http" doc:"where it goes: any server that takes the JSON of docs/slack.md"`
	Alertmanager address `toml:"alertmanager" secret:"yes" also:"prometheus" doc:"where it goes: any server that takes what Alertmanager posts to webhooks (version 4)"`
	AlertAPI     address `toml:"alertmanager_api" secret:"yes" also:"alerts" doc:"where it goes: the web page of an Alertmanager, into which alerts are pushed (API v2)"`
	Email        []label `toml:"email" max:"300" also:"mail to recipients" doc:"where it goes: addresses that [smtp] sends a mail to"`
	Journeys     []label `toml:"journeys" else:"all" max:"100" also:"journey" doc:"takes the incidents of these journeys, or of those with one of its tags or features"`
	Tags         []label `toml:"tags" else:"all" max:"100" also:"labels" doc:"see journeys"`
	Features     []label `toml:"features" else:"all" max:"100" also:"feature" doc:"see journeys"`
	Severity     label   `toml:"severity" else:"both" oneof:"soon burning" also:"level" doc:"takes only forecasts and what became of them, or only what burns until it is over"`
	Fallback     label   `toml:"fallback" max:"100" also:"backup otherwise" doc:"the route that tells what burns when this one does not take it within a minute; a route that is a fallback and has neither filters nor severity takes nothing else"`
}

type smtpTable struct {
	place
	Server   label `toml:"server" max:"300" unit:"host:port" also:"host address" doc:"needed beside a route's email"`
	From     label `toml:"from" max:"300" also:"sender" doc:"the sender's address; needed beside server"`
	User     label `toml:"user" max:"300" also:"username login" doc:"who logs in; nobody without it"`
	Password label `toml:"password" secret:"yes" max:"1000" also:"pass" doc:"needed beside user"`
	TLS      label `toml:"tls" else:"implicit on port 465, else starttls" oneof:"starttls implicit none" also:"ssl encryption" doc:"none sends everything in clear"`
}

type journeyTable struct {
	place
	who
	when
	BaseURL  template     `toml:"base_url" max:"8000" unit:"URL" also:"url host target base" doc:"the page from which the URLs of steps are read, as a browser reads links"`
	Matrix   []namedTexts `toml:"matrix" max:"50" also:"parametrize for_each" doc:"lists of values by name: the journey is taken once for each combination, under a name of its own, each value like one of vars"`
	Lock     label        `toml:"lock" max:"100" also:"mutex concurrency" doc:"a word: of the journeys with the same one only one runs at a time; the wait is in no latency"`
	Vars     []namedText  `toml:"vars" also:"variables env" doc:"values for {{name}} in requests and vars.name in expressions"`
	Secrets  []namedText  `toml:"secrets" secret:"yes" also:"passwords credentials" doc:"like vars"`
	Basic    basicTable   `toml:"basic" also:"basic_auth basicauth http_auth http_basic" doc:"who asks, as a user with a password: in every step to the host of base_url that has no basic, digest, bearer, oauth2 or sigv4 of its own"`
	Digest   basicTable   `toml:"digest" also:"digest_auth" doc:"who asks, as a user with a password that never travels (RFC 7616): the server's challenge is a request of its own; as basic"`
	Bearer   template     `toml:"bearer" secret:"yes" max:"8000" also:"token bearer_token" doc:"who asks, as a token; as basic"`
	OAuth2   oauth2Table  `toml:"oauth2" also:"oauth" doc:"who asks, as a client with tokens of its own (client credentials), which are kept and renewed; as basic"`
	SigV4    sigv4Table   `toml:"sigv4" also:"aws aws_sigv4" doc:"who asks, by a signature of each request (AWS Signature Version 4); as basic"`
	Proxy    label        `toml:"proxy" secret:"yes" max:"4000" unit:"URL" also:"http_proxy https_proxy" doc:"the way to every server: http://, https:// or socks5:// (socks5h:// is the same: the proxy looks up the names), with user and password if it asks for them"`
	HTTP     label        `toml:"http" default:"auto" oneof:"auto 1.1 2 3" also:"http_version version protocol http3 quic" doc:"what is spoken; auto: HTTP/2 where a server with https offers it, or else HTTP/1.1; 3: HTTP/3 and nothing else, over https and without a proxy"`
	Packed   label        `toml:"compression" default:"gzip" oneof:"gzip none" also:"compress gzip accept_encoding" doc:"what servers may pack bodies with; max_body and bytes are of the unpacked body"`
	Trace    boolean      `toml:"traceparent" default:"false" also:"trace tracing" doc:"each step begins a W3C trace, so that what the product did for it can be found; its ID is in the transcript"`
	IP       label        `toml:"ip" else:"whichever connects first" oneof:"4 6 both" also:"ip_version ipv4 ipv6 family" doc:"the family of addresses that is used; both: the journey is taken once over each, as checkout/ip4 and checkout/ip6, so that a broken one is not hidden"`
	Resolver label        `toml:"resolver" else:"the machine's" max:"100" unit:"IP:port" also:"dns nameserver" doc:"the name server that is asked"`
	Resolve  []namedLabel `toml:"resolve" max:"100" unit:"IP" also:"hosts host_aliases" doc:"addresses of hosts that are not looked up"`
	TLS      tlsTable     `toml:"tls" also:"ssl tls_config" doc:"what is asked of secure connections"`
	Step     []stepTable  `toml:"step" required:"yes" also:"steps request requests" doc:"one request; steps are taken in order and share their cookies"`
	Limit    []limitTable `toml:"limit" also:"limits alert alerts slo threshold" doc:"what must not be crossed"`

	Business businessTable `toml:"business" also:"money revenue impact value" doc:"what its completions are worth, so that messages say what is at risk or lost, see docs/money.md"`
}

// who is what everything that is watched says of itself.
type who struct {
	Name    label   `toml:"name" required:"yes" max:"100" also:"id" doc:"unique; labels results, metrics and incidents"`
	Title   label   `toml:"title" else:"the name" max:"200" also:"description" doc:"the words used in messages and reports"`
	Feature label   `toml:"feature" else:"the name" max:"100" also:"service component" doc:"what the business would name; journeys of one feature are shown together"`
	Tags    []label `toml:"tags" max:"100" also:"labels groups" doc:"words to find it by"`
	Runbook address `toml:"runbook" also:"docs wiki" doc:"what to do when it burns; linked in messages"`

	DependsOn []label `toml:"depends_on" max:"100" also:"depends parents parent requires needs after" doc:"names of journeys: while the availability of one burns this one opens no incident, and that one's message names it; see docs/slack.md"`
}

// when is how often forewarn looks, and how long.
type when struct {
	Every   duration   `toml:"every" default:"1m" min:"100ms" max:"7d" also:"interval period frequency schedule" doc:"from the beginning of one run to the next"`
	Timeout duration   `toml:"timeout" else:"30s, at most half of every" min:"10ms" max:"1h" also:"deadline" doc:"of the whole run; at most every"`
	Again   againTable `toml:"confirm_runs" also:"confirm confirmations recheck" doc:"how a run that failed is repeated at once, so that an outage is known in seconds; such runs are in no rate, figure or forecast"`
}

type stepTable struct {
	place
	brought *brought // by a use; nil if it was written in its journey

	Name      label        `toml:"name" required:"unless use" max:"100" also:"id" doc:"unique in its journey; beside use it is put before the names of the fragment's steps"`
	Use       label        `toml:"use" max:"100" also:"include fragment call" doc:"the name of a fragment: its steps are taken here; only name and vars may stand beside it"`
	Vars      []namedValue `toml:"vars" max:"2000" also:"with variables params" doc:"beside use: values for the fragment's steps alone, which may hold {{name}}"`
	Get       template     `toml:"get" max:"8000" unit:"URL" doc:"the request: exactly one of get, post, put, patch, delete, head, or method with url; a path is read from base_url"`
	Post      template     `toml:"post" max:"8000" unit:"URL" doc:"see get"`
	Put       template     `toml:"put" max:"8000" unit:"URL" doc:"see get"`
	Patch     template     `toml:"patch" max:"8000" unit:"URL" doc:"see get"`
	Delete    template     `toml:"delete" max:"8000" unit:"URL" doc:"see get"`
	Head      template     `toml:"head" max:"8000" unit:"URL" doc:"see get"`
	Method    label        `toml:"method" max:"20" doc:"any other method, as in \"OPTIONS\"; needs url"`
	URL       template     `toml:"url" max:"8000" unit:"URL" also:"path uri" doc:"where method goes"`
	Basic     basicTable   `toml:"basic" also:"basic_auth basicauth http_auth http_basic" doc:"who asks, instead of what the journey says; one of basic, digest, bearer, oauth2, sigv4"`
	Digest    basicTable   `toml:"digest" also:"digest_auth" doc:"as basic"`
	Bearer    template     `toml:"bearer" secret:"yes" max:"8000" also:"token bearer_token" doc:"as basic; \"\" says nothing of who asks"`
	OAuth2    oauth2Table  `toml:"oauth2" also:"oauth" doc:"as basic"`
	SigV4     sigv4Table   `toml:"sigv4" also:"aws aws_sigv4" doc:"as oauth2"`
	Headers   []namedTexts `toml:"headers" doc:"a list sends the field once for each of its values"`
	Query     []namedTexts `toml:"query" also:"params parameters" doc:"added to the URL"`
	Form      []namedTexts `toml:"form" also:"data fields" doc:"the body, as a browser's form sends it; one of form, json, graphql, body, body_file"`
	Files     []namedLabel `toml:"files" max:"4000" also:"file upload multipart" doc:"files sent with the form, which makes it multipart/form-data; relative to this file, read when this file is"`
	JSON      payload      `toml:"json" also:"payload" doc:"the body: any table, list, number or boolean"`
	GraphQL   graphqlTable `toml:"graphql" also:"gql" doc:"the body: a query of GraphQL"`
	Body      template     `toml:"body" also:"raw" doc:"the body as it is; set a Content-Type in headers"`
	BodyFile  label        `toml:"body_file" max:"4000" doc:"a file that is the body, nothing in it filled in; as files"`
	Redirects integer      `toml:"redirects" default:"10" min:"0" max:"20" also:"follow follow_redirects max_redirects" doc:"how many are followed"`
	Timeout   duration     `toml:"timeout" else:"what is left of the journey's" min:"10ms" max:"1h" also:"deadline" doc:"of this step"`
	MaxBody   size         `toml:"max_body" default:"1MB" min:"1B" max:"64MB" also:"limit" doc:"how much of the unpacked body is read"`
	Expect    []expression `toml:"expect" else:"status below 400" also:"assert asserts expectations conditions checks test tests" doc:"what must hold of the response, each of them"`
	Schema    label        `toml:"schema" max:"4000" unit:"file" also:"json_schema openapi" doc:"a JSON Schema that the body must fit as well: a file of JSON or YAML, or a part of one, as in openapi.yaml#/components/schemas/Order; relative to this file, read when this file is; nothing is fetched"`
	Capture   []namedQuery `toml:"capture" also:"captures extract save store" doc:"values of the response for later steps, as {{name}} and vars.name"`
	Secret    []label      `toml:"secret_captures" max:"64" also:"secret_capture hide" doc:"names in capture whose values are secrets from then on: never shown"`
	If        expression   `toml:"if" also:"when only_if condition skip_unless" doc:"over vars alone; if it is false the step is skipped, which fails nothing"`
	Pause     duration     `toml:"pause" default:"0s" min:"0s" max:"1h" also:"wait sleep delay" doc:"before the request; is in no latency"`
	Retry     retryTable   `toml:"retry" also:"retries attempts" doc:"a request that failed is sent again; the step has then passed on retry, which is shown, and all its attempts are in its latency"`
	Poll      pollTable    `toml:"poll" also:"until wait_until poll_until loop" doc:"the request is repeated until what is expected holds: it takes time, which is no failure; its latency is the last answer's"`
	Again     boolean      `toml:"idempotent" default:"false" also:"safe repeatable" doc:"to be sent twice does no more than to be sent once, so that a retry or poll of a post is not warned of"`
	Optional  boolean      `toml:"optional" default:"false" also:"allow_failure ignore_failure soft" doc:"its failure does not fail the run; is in no latency but its own"`
	Always    boolean      `toml:"always" default:"false" also:"cleanup finally" doc:"runs even after a failed step, but never with a value missing; is in no latency"`
}

type fragmentTable struct {
	place
	Name label       `toml:"name" required:"yes" max:"100" also:"id" doc:"unique; what use says"`
	Step []stepTable `toml:"step" required:"yes" as:"journey.step" also:"steps request requests" doc:"what a journey's steps may be"`
}

type hostTable struct {
	place
	Name   label   `toml:"name" required:"yes" max:"255" also:"host" doc:"as in URLs; with a port: that port alone, else every port"`
	Rate   label   `toml:"rate" max:"20" unit:"requests/s, /m or /h" also:"per_second limit rps" doc:"how many requests may begin in any second, minute or hour: \"5/s\", \"30/m\""`
	AtOnce integer `toml:"at_once" min:"1" max:"1000" unit:"requests" also:"concurrency parallel connections" doc:"how many may be under way at once"`
}

type againTable struct {
	place
	Times integer  `toml:"times" default:"2" min:"0" max:"10" also:"runs count number" doc:"at most; fewer if one passes, if it burns already, or if the next slot comes before; 0 is off"`
	After duration `toml:"after" default:"5s" min:"100ms" max:"5m" also:"every interval delay wait" doc:"from the end of one run to the beginning of the next"`
}

type retryTable struct {
	place
	Times   integer  `toml:"times" min:"1" max:"10" also:"count retries attempts max" doc:"how often it is sent again at most; needed beside the others"`
	Backoff duration `toml:"backoff" default:"500ms" min:"0s" max:"10m" also:"wait delay interval every" doc:"the wait before that, doubled each time; is in no latency"`
	Jitter  label    `toml:"jitter" default:"20%" max:"10" unit:"%" doc:"by this share at most a wait is longer or shorter, at random"`
	Timeout duration `toml:"timeout" else:"what is left of the step's" min:"10ms" max:"1h" also:"deadline" doc:"of each attempt, so that one that hangs leaves time for another"`
}

type pollTable struct {
	place
	Every  duration `toml:"every" default:"1s" min:"100ms" max:"10m" also:"interval delay backoff" doc:"from one request to the next"`
	Within duration `toml:"within" min:"100ms" max:"1h" also:"timeout for until deadline" doc:"how long it may take, from the first request on; at most 100 requests; needed"`
}

type tlsTable struct {
	place
	CA         label `toml:"ca_file" max:"4000" also:"ca cacert cafile ca_cert" doc:"a PEM file of the authorities that are trusted, instead of the machine's; relative to this file, read when this file is"`
	Cert       label `toml:"cert_file" max:"4000" also:"cert client_cert certificate" doc:"a PEM file of the certificate that is shown to servers that ask for one; needs key_file"`
	PrivateKey label `toml:"key_file" max:"4000" also:"key client_key" doc:"a PEM file of its key, without a password"`
	MinVersion label `toml:"min_version" default:"1.2" oneof:"1.0 1.1 1.2 1.3" also:"version tls_min_version" doc:"the oldest version of TLS that will do"`
	ServerName label `toml:"server_name" else:"the URL's host" max:"255" also:"sni name" doc:"the name that the certificate must be for, and that the handshake asks for"`
	Insecure   label `toml:"insecure" oneof:"accept-any-certificate" also:"skip_verify insecure_skip_verify verify" doc:"whoever answers is believed, an attacker too"`
}

type basicTable struct {
	place
	User     template `toml:"user" max:"1000" also:"username login name" doc:"may hold {{name}}"`
	Password template `toml:"password" secret:"yes" max:"1000" also:"pass" doc:"may hold {{name}}"`
}

type oauth2Table struct {
	place
	TokenURL     template `toml:"token_url" max:"8000" unit:"URL" also:"url endpoint" doc:"where the tokens are; may hold {{name}}, as may client_id and client_secret"`
	ClientID     template `toml:"client_id" max:"1000" also:"id client" doc:"the client's name"`
	ClientSecret template `toml:"client_secret" secret:"yes" max:"8000" also:"secret password" doc:"the client's password"`
	Scopes       []label  `toml:"scopes" max:"1000" also:"scope" doc:"what the token is to be good for"`
	ClientAuth   label    `toml:"client_auth" default:"header" oneof:"header body" also:"auth_style style" doc:"whether the credentials go to token_url in Authorization or in the form"`
}

type sigv4Table struct {
	place
	AccessKey    template `toml:"access_key" max:"1000" also:"access_key_id key id" doc:"the name of the key; may hold {{name}}, as may all of these"`
	SecretKey    template `toml:"secret_key" secret:"yes" max:"1000" also:"secret_access_key secret" doc:"the key"`
	SessionToken template `toml:"session_token" secret:"yes" max:"8000" also:"token" doc:"of temporary credentials"`
	Region       template `toml:"region" max:"100" doc:"as in eu-central-1"`
	Service      template `toml:"service" max:"100" doc:"as in execute-api or s3"`
}

type graphqlTable struct {
	place
	Query     text    `toml:"query" doc:"the document; values belong in variables"`
	Variables payload `toml:"variables" also:"vars" doc:"a table; texts in it may hold {{name}}"`
	Operation label   `toml:"operation" also:"operationName operation_name name" doc:"which operation of the document, if it has several"`
}

type limitTable struct {
	place
	Name    label    `toml:"name" else:"\"journey latency\", or \"pay latency\" with step = \"pay\"" max:"100" also:"id" doc:"unique in its journey; an incident belongs to it"`
	Signal  label    `toml:"signal" required:"yes" oneof:"latency errors cert" also:"type metric kind" doc:"latency: a run's duration; errors: the share of runs that failed; cert: days until a certificate ends"`
	Step    label    `toml:"step" else:"the whole journey" max:"100" doc:"the step it is set on"`
	Above   label    `toml:"above" unit:"duration, or %" also:"threshold max over value limit" doc:"of latency (\"1500ms\") and errors (\"5%\"): the value that must not be crossed"`
	Below   duration `toml:"below" min:"1h" max:"3650d" also:"min under days" doc:"of cert (\"14d\"): the time that must be left"`
	Ahead   duration `toml:"ahead" else:"2h, at least 24 runs" min:"0s" max:"90d" also:"horizon lookahead forecast" doc:"of latency and errors: how far ahead a crossing is forecast; \"0s\" forecasts nothing"`
	Stat    label    `toml:"stat" default:"p50" oneof:"p50 mean p90 p95" also:"aggregate percentile quantile" doc:"of latency: the figure that is forecast"`
	Window  duration `toml:"window" else:"10 runs; for errors what 5 failures need" min:"1s" max:"30d" also:"over range" doc:"what the figure is taken over"`
	Confirm label    `toml:"confirm" default:"3 of 5" unit:"runs" also:"for pending" doc:"how many of the last runs must be over before it burns"`
}

package config

// tableRules are what the tables at these paths ask of their keys together.
func tableRules() map[string][]object {
	who := atMostOne("basic", "digest", "bearer", "oauth2", "sigv4")
	return map[string][]object{
		"":                     {{"anyOf": []object{needed("journey"), needed("tls"), needed("tcp"), needed("dns"), needed("heartbeat")}}},
		"slack":                {atMostOne("bot_token", "webhook_url"), together("bot_token", "channel"), together("app_token", "bot_token"), {"if": needed("channel"), "then": object{"anyOf": []object{needed("bot_token"), needed("webhook_url")}}}},
		"route":                {{"oneOf": []object{needed("slack"), needed("webhook_url"), needed("json_webhook"), needed("alertmanager"), needed("alertmanager_api"), needed("email")}}, some("email", "journeys", "tags", "features")},
		"smtp":                 {together("server", "from"), together("user", "password"), together("password", "user")},
		"host":                 {{"anyOf": []object{needed("rate"), needed("at_once")}}},
		"maintenance":          {{"not": needed("until", "for")}, {"anyOf": []object{needed("until"), needed("for")}}, some("journeys", "tags", "features")},
		"tcp":                  {together("send", "expect")},
		"journey":              {who, {"if": object{"anyOf": []object{needed("basic"), needed("digest"), needed("bearer"), needed("oauth2"), needed("sigv4")}}, "then": needed("base_url")}, quicRule()},
		"journey.basic":        {needed("user", "password")},
		"journey.digest":       {needed("user", "password")},
		"journey.sigv4":        {needed("access_key", "secret_key", "region", "service")},
		"journey.oauth2":       {needed("token_url", "client_id", "client_secret")},
		"journey.tls":          {together("cert_file", "key_file"), together("key_file", "cert_file")},
		"journey.limit":        {limitRule()},
		"journey.step":         {stepRule(who)},
		"journey.step.basic":   {needed("user", "password")},
		"journey.step.digest":  {needed("user", "password")},
		"journey.step.sigv4":   {needed("access_key", "secret_key", "region", "service")},
		"journey.step.oauth2":  {needed("token_url", "client_id", "client_secret")},
		"journey.step.graphql": {needed("query")},
		"journey.step.retry":   {needed("times")},
		"journey.step.poll":    {needed("within")},
	}
}

// stepRule: a step is the use of a fragment, or one request with at most one
// body.
func stepRule(who object) object {
	request := []object{needed("method", "url")}
	for _, method := range []string{"get", "post", "put", "patch", "delete", "head"} {
		request = append(request, needed(method))
	}
	return object{
		"if":   needed("use"),
		"then": object{"propertyNames": object{"enum": []string{"name", "use", "vars"}}},
		"else": object{"allOf": []object{
			needed("name"), {"oneOf": request}, together("method", "url"), together("url", "method"), who,
			atMostOne("form", "json", "graphql", "body", "body_file"), atMostOne("files", "json", "graphql", "body", "body_file"),
			together("secret_captures", "capture"), {"not": needed("vars")},
		}},
	}
}

// quicRule: HTTP/3 does not go through a proxy.
func quicRule() object {
	return object{
		"if":   object{"required": []string{"http"}, "properties": object{"http": object{"const": "3"}}},
		"then": object{"not": needed("proxy")},
	}
}

// limitRule: what a limit compares with depends on its signal, which only the
// environment may know.
func limitRule() object {
	return object{
		"if":   object{"properties": object{"signal": object{"const": "cert"}}},
		"then": object{"allOf": []object{needed("below"), {"not": needed("above")}, {"not": needed("stat")}}},
		"else": object{"if": object{"properties": object{"signal": object{"not": object{"pattern": fromEnvironment}}}},
			"then": object{"allOf": []object{needed("above"), {"not": needed("below")}}}},
	}
}

func needed(words ...string) object { return object{"required": words} }

// some says that lists that are there are not empty.
func some(words ...string) object {
	lists := object{}
	for _, word := range words {
		lists[word] = object{"minItems": 1}
	}
	return object{"properties": lists}
}

// together says that one key needs another beside it.
func together(word, other string) object {
	return object{"dependentRequired": object{word: []string{other}}}
}

// atMostOne says that of some keys no two stand together.
func atMostOne(words ...string) object {
	var pairs []object
	for i, word := range words {
		for _, other := range words[i+1:] {
			pairs = append(pairs, needed(word, other))
		}
	}
	return object{"not": object{"anyOf": pairs}}
}

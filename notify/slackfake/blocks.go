package slackfake

import (
	"math"
	"strconv"
)

// Kinds of text objects.
const (
	plain  = "plain_text"
	mrkdwn = "mrkdwn"
)

func (c *checker) block(at string, v any) {
	o, ok := v.(object)
	if !ok {
		c.fail(at, "must be a block")
		return
	}
	c.id(at, o, "block_id")
	switch o["type"] {
	case "header":
		c.keys(at, o, "type", "text", "?", "block_id")
		c.text(at+"/text", o["text"], 150, plain)
	case "section":
		c.section(at, o)
	case "context":
		c.keys(at, o, "type", "elements", "?", "block_id")
		for i, e := range c.list(at+"/elements", o["elements"], 1, 10) {
			c.text(at+"/elements/"+strconv.Itoa(i), e, 3000, plain, mrkdwn)
		}
	case "actions":
		c.keys(at, o, "type", "elements", "?", "block_id")
		for i, e := range c.list(at+"/elements", o["elements"], 1, 25) {
			c.element(at+"/elements/"+strconv.Itoa(i), e)
		}
	case "divider":
		c.keys(at, o, "type", "?", "block_id")
	case "image":
		c.image(at, o)
	case "data_visualization":
		c.chart(at, o)
	default:
		c.fail(at+"/type", "unsupported type: %v", o["type"])
	}
}

func (c *checker) section(at string, o object) {
	c.keys(at, o, "type", "?", "block_id", "text", "fields")
	text, hasText := o["text"]
	fields, hasFields := o["fields"]
	if !hasText && !hasFields {
		c.fail(at, "must have text or fields")
	}
	if hasText {
		c.text(at+"/text", text, 3000, plain, mrkdwn)
	}
	if hasFields {
		for i, f := range c.list(at+"/fields", fields, 1, 10) {
			c.text(at+"/fields/"+strconv.Itoa(i), f, 2000, plain, mrkdwn)
		}
	}
}

func (c *checker) image(at string, o object) {
	c.keys(at, o, "type", "alt_text", "?", "block_id", "image_url", "slack_file", "title")
	c.str(at+"/alt_text", o["alt_text"], 1, 2000)
	if v, has := o["image_url"]; has {
		c.str(at+"/image_url", v, 1, 3000)
	}
	if v, has := o["title"]; has {
		c.text(at+"/title", v, 2000, plain)
	}
}

// element checks what can be clicked.
func (c *checker) element(at string, v any) {
	o, ok := v.(object)
	if !ok {
		c.fail(at, "must be an element")
		return
	}
	c.id(at, o, "action_id")
	switch o["type"] {
	case "button":
		c.keys(at, o, "type", "text", "?", "action_id", "value", "url", "style", "accessibility_label")
		c.text(at+"/text", o["text"], 75, plain)
		for key, most := range map[string]int{"value": 2000, "url": 3000, "accessibility_label": 75} {
			if v, has := o[key]; has {
				c.str(at+"/"+key, v, 1, most)
			}
		}
		if s, has := o["style"]; has && s != "primary" && s != "danger" {
			c.fail(at+"/style", "must be primary or danger")
		}
	case "static_select":
		c.keys(at, o, "type", "options", "?", "action_id", "placeholder")
		for i, v := range c.list(at+"/options", o["options"], 1, 100) {
			c.option(at+"/options/"+strconv.Itoa(i), v)
		}
		if v, has := o["placeholder"]; has {
			c.text(at+"/placeholder", v, 150, plain)
		}
	default:
		c.fail(at+"/type", "unsupported type: %v", o["type"])
	}
}

func (c *checker) option(at string, v any) {
	o, ok := v.(object)
	if !ok {
		c.fail(at, "must be an option")
		return
	}
	c.keys(at, o, "text", "value")
	c.text(at+"/text", o["text"], 75, plain)
	c.str(at+"/value", o["value"], 1, 150)
}

// chart checks a line, area or bar chart: every series has one finite point
// for each category. Two charts a message is not documented, it was found live.
func (c *checker) chart(at string, o object) {
	c.keys(at, o, "type", "title", "chart", "?", "block_id")
	c.str(at+"/title", o["title"], 1, 50)
	if c.charts++; c.charts > 2 {
		c.fail(at, "no more than 2 charts allowed")
	}
	chart, _ := o["chart"].(object)
	axis, _ := chart["axis_config"].(object)
	categories := map[string]bool{}
	c.keys(at+"/chart", chart, "type", "series", "axis_config")
	c.keys(at+"/chart/axis_config", axis, "categories", "?", "x_label", "y_label")
	if kind := chart["type"]; kind != "line" && kind != "area" && kind != "bar" {
		c.fail(at+"/chart/type", "must be line, area or bar")
	}
	for i, v := range c.list(at+"/chart/axis_config/categories", axis["categories"], 1, 20) {
		here := at + "/chart/axis_config/categories/" + strconv.Itoa(i)
		name := c.str(here, v, 1, 20)
		if categories[name] {
			c.fail(here, "must be unique: %s", name)
		}
		categories[name] = true
	}
	for _, key := range []string{"x_label", "y_label"} {
		if v, has := axis[key]; has {
			c.str(at+"/chart/axis_config/"+key, v, 1, 50)
		}
	}
	names := map[string]bool{}
	for i, v := range c.list(at+"/chart/series", chart["series"], 1, 6) {
		c.series(at+"/chart/series/"+strconv.Itoa(i), v, names, categories)
	}
}

func (c *checker) series(at string, v any, names, categories map[string]bool) {
	o, _ := v.(object)
	c.keys(at, o, "name", "data")
	name := c.str(at+"/name", o["name"], 1, 20)
	if names[name] {
		c.fail(at+"/name", "must be unique: %s", name)
	}
	names[name] = true
	seen := map[string]bool{}
	for i, v := range c.list(at+"/data", o["data"], 1, 20) {
		here := at + "/data/" + strconv.Itoa(i)
		point, _ := v.(object)
		c.keys(here, point, "label", "value")
		label, _ := point["label"].(string)
		if !categories[label] || seen[label] {
			c.fail(here+"/label", "must be a category, once")
		}
		seen[label] = true
		if value, ok := point["value"].(float64); !ok || math.IsInf(value, 0) {
			c.fail(here+"/value", "must be a number")
		}
	}
	if len(seen) != len(categories) {
		c.fail(at+"/data", "must have one point for each category")
	}
}

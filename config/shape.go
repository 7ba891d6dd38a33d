package config

import (
	"reflect"
	"strings"
)

// Key is one key of the file: what docs/config.md and the schema say of it.
type Key struct {
	Path     string   // "journey.step.timeout"
	Type     string   // "duration", "list of expressions", "list of tables" ...
	Unit     string   // how it is counted; ""
	Default  string   // its value when left out, as written in the file; "" if there is none
	Else     string   // what stands in for it when left out, in words; ""
	Required bool     // it must be there
	Unless   string   // a key of the same table that makes a required one needless; ""
	Secret   bool     // its value is never shown
	OneOf    []string // the words it may be; nil for any
	Min, Max string   // bounds of a duration, size or integer, or of a text's length; ""
	Meaning  string   // what it is for
	As       string   // the table that this one has all keys of, in place of listing them again; ""

	also   []string // words people try instead
	preset *node    // Default as if it had been written
	leaf   leaf     // of the type of its value, or of each in it; nil for tables
	fields *shape   // of a table
	within bool     // this is an element of the list at Path
}

// word is the key's own word.
func (k *Key) word() string { return k.Path[strings.LastIndexByte(k.Path, '.')+1:] }

// name is what messages call the value.
func (k *Key) name() string {
	if k.within {
		return "an element of " + k.word()
	}
	return k.word()
}

// kind is the value's type, after an article.
func (k *Key) kind() string {
	kind := k.Type
	if k.within {
		kind = strings.TrimSuffix(strings.TrimPrefix(kind, "list of "), "s")
	}
	if strings.IndexByte("aeio", kind[0]) >= 0 {
		return "an " + kind
	}
	return "a " + kind
}

// table is how the key's table is written as a header.
func (k *Key) table() string {
	switch {
	case k.Path == "":
		return "the file"
	case strings.HasPrefix(k.Type, "list"):
		return "[[" + k.Path + "]]"
	}
	return "[" + k.Path + "]"
}

// entry is the Key of one name in a table of free names, such as vars.
func (k *Key) entry(name string) *Key {
	e := *k
	e.Path += "." + name
	e.Type = strings.TrimSuffix(strings.TrimPrefix(k.Type, "table of "), "s")
	return &e
}

// element is the Key of one value in a list.
func (k *Key) element() *Key {
	e := *k
	e.within = true
	return &e
}

// shape is what a table of the file may hold.
type shape struct {
	keys   []Key   // in the order of the struct's fields
	index  [][]int // the field of each key
	byName map[string]int
}

// Keys lists every key of the file, tables before what they hold.
func Keys() []Key { return shapeOf(reflect.TypeFor[fileTable](), "").all() }

func (s *shape) all() []Key {
	var all []Key
	for _, k := range s.keys {
		all = append(all, k)
		if k.fields != nil && k.As == "" {
			all = append(all, k.fields.all()...)
		}
	}
	return all
}

// shapeOf reads the tags of a struct, and of those it embeds. path is that of
// its table.
func shapeOf(t reflect.Type, path string) *shape {
	s := &shape{byName: map[string]int{}}
	for _, field := range reflect.VisibleFields(t) {
		tag := field.Tag
		name, isKey := tag.Lookup("toml")
		if !isKey {
			continue
		}
		k := keyOf(tag, strings.TrimPrefix(path+"."+name, "."))
		k.leaf = leafOf(field.Type)
		k.Type, k.fields = typeOf(field.Type, k.Path)
		s.byName[name] = len(s.keys)
		s.keys = append(s.keys, k)
		s.index = append(s.index, field.Index)
	}
	return s
}

func keyOf(tag reflect.StructTag, path string) Key {
	k := Key{
		Path: path, Unit: tag.Get("unit"), Default: tag.Get("default"), Else: tag.Get("else"),
		Required: tag.Get("required") != "", Unless: unless(tag.Get("required")), Secret: tag.Get("secret") != "",
		OneOf: strings.Fields(tag.Get("oneof")), Min: tag.Get("min"), Max: tag.Get("max"),
		Meaning: tag.Get("doc"), As: tag.Get("as"), also: strings.Fields(tag.Get("also")),
	}
	if k.Default != "" {
		k.preset = presetOf(k.Default)
	}
	return k
}

// unless is the x of required:"unless x".
func unless(required string) string {
	key, _ := strings.CutPrefix(required, "unless ")
	if key == required {
		return ""
	}
	return key
}

func presetOf(text string) *node {
	switch {
	case text == "true", text == "false":
		return &node{kind: aBoolean, text: text}
	case strings.Trim(text, "0123456789") == "":
		return &node{kind: anInteger, text: text}
	}
	return &node{kind: aString, text: text}
}

// leafOf is a value of a field's type, or of its elements; nil for tables.
func leafOf(t reflect.Type) leaf {
	if t.Kind() == reflect.Slice {
		t = t.Elem()
	}
	one := reflect.New(t).Interface()
	if e, free := one.(entry); free {
		return e.enter("", span{})
	}
	l, _ := one.(leaf)
	return l
}

// typeOf is the type of a field in words, and its shape if it is a table.
func typeOf(t reflect.Type, path string) (string, *shape) {
	if t.Kind() != reflect.Slice {
		if one, isLeaf := reflect.New(t).Interface().(leaf); isLeaf {
			return one.words(), nil
		}
		return "table", shapeOf(t, path)
	}
	switch one := reflect.New(t.Elem()).Interface().(type) {
	case leaf:
		return "list of " + one.words() + "s", nil
	case entry:
		return "table of " + one.enter("", span{}).words() + "s", nil
	}
	return "list of tables", shapeOf(t.Elem(), path)
}

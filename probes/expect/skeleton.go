package expect

// Condition is a compiled expectation.
type Condition struct{}

// Query is a compiled capture.
type Query struct{}

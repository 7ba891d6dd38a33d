package alert

// Reason is why a decision spoke or kept silent. Every Decide gives one.
type Reason string

package alert_test

import "time"

// noon is the time the tests of this package begin at.
var noon = time.Date(2026, 6, 1, 12, 0, 0, 0, time.UTC)

package predict

// drawing is what a profile is drawn from.
type drawing struct {
	ring []float32
	open int64
}

// note keeps what the profile is to be drawn from.
func (s *season) note() {
	if s.due == nil {
		s.due = &drawing{}
	}
	s.due.ring, s.due.open = append(s.due.ring[:0], s.ring...), s.open
}

// catchUp draws the profile that is due, as of the hour when it became so. It
// is drawn only for who asks: learning the past draws none in vain.
func (s *season) catchUp() {
	if s.due == nil {
		return
	}
	ring, open := s.ring, s.open
	s.ring, s.open = s.due.ring, s.due.open
	s.draw()
	s.ring, s.open, s.due = ring, open, nil
}

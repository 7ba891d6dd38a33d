package main_test

import (
	"errors"
	"io"
	"math/rand/v2"
	"net"
	"strconv"
	"testing"
)

// reserve is an address on loopback for a program to listen on that is not
// ours to hand a socket to, and what gives it back.
//
// A port that the system picks and takes back can be anybody's by then: it
// deals the same ports out to whoever connects somewhere. So ours come from
// below those that Linux, the BSDs and macOS deal out (from 32768 or 49152 on),
// and stay reserved among all tests of the machine by a UDP socket on the same
// number, which is in nobody's way.
func reserve() (address string, release io.Closer, err error) {
	const from, to = 12_000, 32_000
	for range 100 {
		address = net.JoinHostPort("127.0.0.1", strconv.Itoa(from+rand.IntN(to-from)))
		guard, err := net.ListenPacket("udp", address)
		if err != nil {
			continue
		}
		if l, err := net.Listen("tcp", address); err == nil {
			return address, guard, l.Close()
		}
		_ = guard.Close()
	}
	return "", nil, errors.New("100 ports in use")
}

// freeAddress is an address on loopback that is this test's alone.
func freeAddress(t *testing.T) string {
	t.Helper()
	address, release, err := reserve()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = release.Close() })
	return address
}

func TestAReservedAddressIsNobodyElses(t *testing.T) {
	seen := map[string]bool{}
	for range 200 {
		address := freeAddress(t)
		if seen[address] {
			t.Fatalf("%s was given twice", address)
		}
		seen[address] = true
		l, err := net.Listen("tcp", address)
		if err != nil {
			t.Fatal(err)
		}
		_ = l.Close()
	}
}

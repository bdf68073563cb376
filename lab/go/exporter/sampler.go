package main

import (
	"context"
	"errors"
	"log"
	"sync"
	"time"
)

// window is the time over which utilisation is computed: long enough to smooth
// the kernel's tick, short enough that a scrape sees a load that just began.
const window = 2 * time.Second

// reading is what is known of one device now.
type reading struct {
	accelerator
	counters
	// utilisation is the share of the last window in which the device was busy, 0 to 1.
	utilisation float64
	// warmth is utilisation smoothed over some ten seconds, 0 to 1.
	warmth float64
}

// sampler reads the counters of all devices at an even pace, so that what is
// served does not depend on who scrapes how often.
type sampler struct {
	folder, sys string

	mu       sync.Mutex
	record   record
	history  map[string][]counters
	readings []reading
	err      error
}

func newSampler(folder, sys string) *sampler {
	return &sampler{folder: folder, sys: sys, history: map[string][]counters{}, err: errors.New("nothing was read yet")}
}

func (s *sampler) run(ctx context.Context, every time.Duration) {
	ticker := time.NewTicker(every)
	defer ticker.Stop()
	for {
		s.sample()
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
	}
}

func (s *sampler) sample() {
	s.mu.Lock()
	defer s.mu.Unlock()
	before := s.err
	s.err = s.read()
	if s.err != nil && (before == nil || before.Error() != s.err.Error()) {
		log.Printf("no metrics: %v", s.err)
	}
}

func (s *sampler) read() error {
	record, err := readRecord(s.folder)
	if err != nil {
		return err
	}
	warmth := map[string]float64{}
	for _, r := range s.readings {
		warmth[r.UUID] = r.warmth
	}
	readings := make([]reading, 0, len(record.Accelerators))
	for _, a := range record.Accelerators {
		now, err := readCounters(a, s.folder, s.sys)
		if err != nil {
			// A device that is gone has no series; the others go on.
			log.Printf("%s: %v", a.UUID, err)
			delete(s.history, a.UUID)
			continue
		}
		history := s.history[a.UUID]
		if n := len(history); n > 0 && now.busy < history[n-1].busy {
			history = nil // another device of the kernel under the same accelerator
		}
		history = recent(append(history, now))
		s.history[a.UUID] = history
		busy := utilisation(history[0], now)
		readings = append(readings, reading{a, now, busy, warmth[a.UUID] + (busy-warmth[a.UUID])*0.1})
	}
	s.record, s.readings = record, readings
	return nil
}

// recent keeps what the window needs: the newest reading that is older than the
// window, and everything after it.
func recent(history []counters) []counters {
	now := history[len(history)-1].at
	for len(history) > 2 && now.Sub(history[1].at) >= window {
		history = history[1:]
	}
	return history
}

// utilisation is the share of the time between two readings in which the device
// was busy. The kernel counts in ticks, so it can overshoot a little.
func utilisation(first, last counters) float64 {
	elapsed := last.at.Sub(first.at)
	if elapsed <= 0 {
		return 0
	}
	return min(1, max(0, float64(last.busy-first.busy)/float64(elapsed)))
}

// current is the last reading of every device, and the node that they are on.
func (s *sampler) current() (record, []reading, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.record, s.readings, s.err
}

func (s *sampler) ready() error {
	_, _, err := s.current()
	return err
}

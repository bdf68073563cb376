package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// record is accelerators.json (lab/accelerators/record.ts).
type record struct {
	Node          string        `json:"node"`
	DriverVersion string        `json:"driverVersion"`
	Accelerators  []accelerator `json:"accelerators"`
}

type accelerator struct {
	Index       int    `json:"index"`
	UUID        string `json:"uuid"`
	Model       string `json:"model"`
	MemoryBytes int64  `json:"memoryBytes"`
	File        string `json:"file"`
	Loop        int    `json:"loop"`
}

func (a accelerator) name() string { return fmt.Sprintf("accelerator-%d", a.Index) }

func readRecord(folder string) (record, error) {
	text, err := os.ReadFile(filepath.Join(folder, "accelerators.json"))
	if err != nil {
		return record{}, err
	}
	var r record
	err = json.Unmarshal(text, &r)
	return r, err
}

// counters is one reading of a device's counters.
type counters struct {
	at time.Time
	// busy is the time in which the device had work in progress (io_ticks).
	busy time.Duration
	// read and written are bytes moved since the device was made.
	read, written int64
	// used is the memory in use: blocks allocated in the backing file.
	used int64
}

// readCounters reads /sys/block/loopN/stat (Documentation/block/stat.rst: sectors
// of 512 bytes read in field 3, written in field 7, milliseconds active in field
// 10) and the allocation of the backing file.
func readCounters(a accelerator, folder, sys string) (counters, error) {
	path := filepath.Join(sys, "block", fmt.Sprintf("loop%d", a.Loop), "stat")
	text, err := os.ReadFile(path)
	if err != nil {
		return counters{}, err
	}
	at := time.Now()
	fields := strings.Fields(string(text))
	if len(fields) < 10 {
		return counters{}, fmt.Errorf("%s has %d fields", path, len(fields))
	}
	var numbers [3]int64
	for i, field := range []int{3, 7, 10} {
		if numbers[i], err = strconv.ParseInt(fields[field-1], 10, 64); err != nil {
			return counters{}, fmt.Errorf("%s: %w", path, err)
		}
	}
	var file syscall.Stat_t
	if err := syscall.Stat(filepath.Join(folder, filepath.Base(a.File)), &file); err != nil {
		return counters{}, err
	}
	return counters{
		at:      at,
		read:    numbers[0] * 512,
		written: numbers[1] * 512,
		busy:    time.Duration(numbers[2]) * time.Millisecond,
		used:    file.Blocks * 512,
	}, nil
}

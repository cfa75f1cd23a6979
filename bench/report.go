package bench

import (
	"encoding/json"
	"os"
	"path/filepath"
	"time"

	"lintu/bench/load"
	"lintu/kg"
)

// Report is all that a run measured; it is what stands in results/NAME.json.
type Report struct {
	Preset   string          `json:"preset"`
	Began    time.Time       `json:"began"`
	Commit   string          `json:"commit"` // of the program measured
	Machine  Machine         `json:"machine"`
	Settings Settings        `json:"settings"`
	Counts   map[kg.Kind]int `json:"counts"` // nodes in the town
	Stores   []StoreFigures  `json:"stores"`
	Pairs    []Pair          `json:"pairs"`
	Cover    []CoverFigures  `json:"cover,omitempty"`
	Files    []FileFigures   `json:"files,omitempty"`
	Peer     *PeerFigures    `json:"peer,omitempty"`
	Rings    *RingFigures    `json:"rings,omitempty"`
	Trust    []TrustFigures  `json:"trust,omitempty"`
}

// StoreFigures are about one engine with the whole town in it.
type StoreFigures struct {
	Engine        string  `json:"engine"`
	ReadySeconds  float64 `json:"readySeconds"`              // from the start of the server's process to /readyz
	BuildSeconds  float64 `json:"buildSeconds"`              // of the snapshot
	BuildCPU      float64 `json:"buildCpuSeconds,omitempty"` // processor time of that; on a busy machine it tells more
	SnapshotMB    float64 `json:"snapshotMB"`                // live heap that it holds, with one day's view
	ServerPeakMB  float64 `json:"serverPeakMB"`              // resident memory of Lintu's process, at most, over all workloads
	FloorPeakMB   float64 `json:"floorPeakMB"`
	LoadSeconds   float64 `json:"loadSeconds,omitempty"` // of the town into an empty store, where this run did it
	StoreMB       float64 `json:"storeMB,omitempty"`     // of SQLite's file
	LoadedAverage float64 `json:"loadAverage"`           // of the machine when the engine's workloads began
}

// Pair is a workload on an engine, on both sides.
type Pair struct {
	Workload string `json:"workload"`
	Title    string `json:"title"`
	Engine   string `json:"engine"`
	Cases    int    `json:"cases"`
	Lintu    Side   `json:"lintu"`
	Floor    Side   `json:"floor"`

	StoreCalls int `json:"storeCalls"` // the most of any case
	Statements int `json:"statements"`

	// The ratios are medians of the rounds' ratios.
	AloneRatio float64 `json:"aloneRatio"` // Lintu's p50 at one connection by the floor's: less is better
	EightRatio float64 `json:"eightRatio"` // Lintu's requests a second at 8 connections by the floor's: more is better
}

// Side is what was measured of one side. Times are of the round whose p50 (at one connection) or requests a second (at
// eight) is the median.
type Side struct {
	Alone       load.Times   `json:"alone"` // one connection that asks again when it is answered
	Eight       load.Times   `json:"eight"` // eight of them
	Fixed       load.Times   `json:"fixed"` // at a fixed rate, timed from when each request was due
	FixedRate   float64      `json:"fixedRate"`
	Allocations float64      `json:"allocations"` // a request, in the server; driver included
	AllocatedKB float64      `json:"allocatedKB"`
	AnswerBytes int          `json:"answerBytes"` // of the first case
	AloneRounds []load.Times `json:"aloneRounds"`
	EightRounds []load.Times `json:"eightRounds"`
}

// FileFigures are about an import or export (W6) of the whole town.
type FileFigures struct {
	Engine  string  `json:"engine"`
	What    string  `json:"what"` // export, or one of the imports of files.go
	Rows    int     `json:"rows"`
	Seconds float64 `json:"seconds"`
	PerSec  float64 `json:"rowsPerSecond"`
	PeakMB  float64 `json:"peakMB"`
	// CPUSeconds are the process's own: of SQLite all of the work, of Neo4j without the server's.
	CPUSeconds float64 `json:"cpuSeconds"`
	// FloorSeconds are those of the floor with the same rows (floor.Files); 0 where it was not measured.
	FloorSeconds float64 `json:"floorSeconds,omitempty"`
	// PaceMS is the machine's pace about then (see pace), the mean of before and after.
	PaceMS float64 `json:"paceMs,omitempty"`
}

// ratio is Lintu's time by the floor's; 0 where there is none.
func (f *FileFigures) ratio() float64 {
	if f.FloorSeconds == 0 {
		return 0
	}
	return f.Seconds / f.FloorSeconds
}

// PeerFigures are W1 on SQLite beside another program with the same data.
type PeerFigures struct {
	Name        string       `json:"name"`
	Versions    []string     `json:"versions"`
	LintuRounds []load.Times `json:"lintuRounds"`
	PeerRounds  []load.Times `json:"peerRounds"`
	Lintu       load.Times   `json:"lintu"`
	Peer        load.Times   `json:"peer"`
	Ratio       float64      `json:"ratio"` // of requests a second, Lintu's by the peer's: more is better
}

// Save writes the report as JSON and returns its path.
func (r *Report) Save(folder, name string) (string, error) {
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return "", err
	}
	b, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return "", err
	}
	path := filepath.Join(folder, name+".json")
	return path, os.WriteFile(path, append(b, '\n'), 0o644)
}

// Read reads a report that Save wrote.
func Read(path string) (*Report, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	r := &Report{}
	return r, json.Unmarshal(b, r)
}

// pair is the figures of a workload on an engine, nil where it was not measured.
func (r *Report) pair(workload, engine string) *Pair {
	for i := range r.Pairs {
		if r.Pairs[i].Workload == workload && r.Pairs[i].Engine == engine {
			return &r.Pairs[i]
		}
	}
	return nil
}

// file is the figures of a file command on an engine, nil where it was not measured.
func (r *Report) file(what, engine string) *FileFigures {
	for i := range r.Files {
		if r.Files[i].What == what && r.Files[i].Engine == engine {
			return &r.Files[i]
		}
	}
	return nil
}

func (r *Report) store(engine string) *StoreFigures {
	for i := range r.Stores {
		if r.Stores[i].Engine == engine {
			return &r.Stores[i]
		}
	}
	return nil
}

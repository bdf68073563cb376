package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"time"
)

// machineType is a kind of node that the provider makes.
type machineType struct {
	Name         string            `json:"name"`
	CPU          string            `json:"cpu"`
	Memory       string            `json:"memory"`
	Resources    map[string]string `json:"resources"`
	DRADriver    string            `json:"draDriver"`
	DRADevices   []string          `json:"draDevices"`
	PricePerHour float64           `json:"pricePerHour"`
}

// machine is a node that the provider made, or is about to.
type machine struct {
	Name       string `json:"name"`
	Type       string `json:"type"`
	ProviderID string `json:"providerId"`
}

// statusError is an answer of the provider that is none of success.
type statusError struct {
	status int
	said   string
}

func (e *statusError) Error() string {
	return fmt.Sprintf("the node provider answers %d: %s", e.status, e.said)
}

// provider speaks with the lab's node provider (lab/provider/README.md has the protocol).
type provider struct{ client *http.Client }

func newProvider(socket string) provider {
	dial := func(ctx context.Context, _, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, "unix", socket)
	}
	return provider{&http.Client{Timeout: 30 * time.Second, Transport: &http.Transport{DialContext: dial}}}
}

func (p provider) ask(ctx context.Context, method, path string, sent, got any) error {
	var body io.Reader
	if sent != nil {
		text, err := json.Marshal(sent)
		if err != nil {
			return err
		}
		body = bytes.NewReader(text)
	}
	request, err := http.NewRequestWithContext(ctx, method, "http://provider"+path, body)
	if err != nil {
		return err
	}
	answer, err := p.client.Do(request)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		return err
	}
	if answer.StatusCode >= http.StatusMultipleChoices {
		return &statusError{answer.StatusCode, string(text)}
	}
	if got == nil {
		return nil
	}
	return json.Unmarshal(text, got)
}

// types waits for the provider, which the lab starts about when this program starts.
func (p provider) types(ctx context.Context) (types []machineType, err error) {
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(200 * time.Millisecond) {
		if err = p.ask(ctx, http.MethodGet, "/types", nil, &types); err == nil || time.Now().After(deadline) {
			return types, err
		}
	}
}

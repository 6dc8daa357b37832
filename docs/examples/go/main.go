// Go's own net/http, on a Unix socket.
//
//	example SOCKET submit RECIPIENT
//	example SOCKET work CHANNEL COUNT
//	example SOCKET watch EVENT COUNT
package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"strconv"
	"strings"
	"time"
)

// A Problem is why the daemon says no (RFC 9457).
type Problem struct {
	Type   string
	Title  string
	Errors []struct{ Pointer, Detail string }
}

func (p *Problem) Error() string { return p.Title }

type Message struct {
	ID    string
	State string
	Plan  *struct {
		At      time.Time
		Channel string
	}
	Findings []struct{ Code, Text string }
}

type Leased struct {
	ID        string
	Lease     string
	Recipient string
	Content   struct{ Title string }
}

type Outcome struct {
	ID      string `json:"id"`
	Lease   string `json:"lease"`
	Outcome string `json:"outcome"`
}

type Tact struct{ http.Client }

func NewTact(socket string) *Tact {
	dial := func(ctx context.Context, _, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "unix", socket)
	}
	return &Tact{http.Client{Transport: &http.Transport{DialContext: dial}}}
}

// Post sends body and reads the answer; its error is a *Problem if the daemon says no.
func (t *Tact) Post(path string, body, answer any) error {
	text, err := json.Marshal(body)
	if err != nil {
		return err
	}
	response, err := t.Client.Post("http://tact"+path, "application/json", bytes.NewReader(text))
	if err != nil {
		return err
	}
	defer response.Body.Close()
	decoder := json.NewDecoder(response.Body)
	if response.StatusCode < 400 {
		return decoder.Decode(answer)
	}
	problem := new(Problem)
	if err := decoder.Decode(problem); err != nil {
		return err
	}
	return problem
}

// An app: submits a message and reads its plan. With a key, it may be sent again by whoever did not see the answer.
func submit(tact *Tact, recipient string) error {
	var stored Message
	err := tact.Post("/v1/messages", map[string]any{
		"recipient": recipient, "topic": "news", "content": map[string]any{"title": "Half price"},
		"idempotency_key": "campaign-7/" + recipient,
	}, &stored)
	var problem *Problem
	if errors.As(err, &problem) {
		for _, fault := range problem.Errors {
			fmt.Println(fault.Pointer, fault.Detail)
		}
	}
	if err != nil {
		return err
	}
	plan := "no plan"
	if stored.Plan != nil {
		plan = stored.Plan.At.Format("2006-01-02T15:04:05.000Z07:00")
	}
	fmt.Println(stored.ID, stored.State, plan)
	for _, finding := range stored.Findings {
		fmt.Println(finding.Text)
	}
	return nil
}

// A worker: leases, delivers, reports. This one ends after some messages; others go on for ever.
func work(tact *Tact, channel string, count int) error {
	for count > 0 {
		var answer struct{ Messages []Leased }
		err := tact.Post("/v1/leases", map[string]any{
			"channels": []string{channel}, "max": 10, "lease": "60s", "wait": "30s",
		}, &answer)
		var outcomes []Outcome
		for _, message := range answer.Messages {
			fmt.Printf("to %s: %s\n", message.Recipient, message.Content.Title)
			outcomes = append(outcomes, Outcome{message.ID, message.Lease, "delivered"})
		}
		if err == nil && len(outcomes) > 0 {
			var results struct{}
			err = tact.Post("/v1/leases/outcomes", map[string]any{"outcomes": outcomes}, &results)
		}
		var problem *Problem
		if errors.As(err, &problem) {
			return err
		}
		if err != nil {
			time.Sleep(time.Second) // The daemon restarts. What was not reported comes again.
			continue
		}
		count -= len(outcomes)
	}
	return nil
}

// An observer: every change, from where it left off, over restarts of the daemon too.
func watch(tact *Tact, last string, count int) error {
	for {
		request, err := http.NewRequest("GET", "http://tact/v1/watch", nil)
		if err != nil {
			return err
		}
		request.Header.Set("Last-Event-ID", last)
		if response, err := tact.Do(request); err == nil {
			event, kind := last, ""
			lines := bufio.NewScanner(response.Body)
			lines.Buffer(nil, 1<<20)
			for lines.Scan() {
				name, value, _ := strings.Cut(lines.Text(), ": ")
				switch {
				case name == "id":
					event = value
				case name == "event":
					kind = value
				case name == "data" && kind == "gap":
					fmt.Fprintln(os.Stderr, "some changes are not known any more")
				case name == "data":
					var change Message
					if err := json.Unmarshal([]byte(value), &change); err != nil {
						return err
					}
					fmt.Println(event, change.ID, change.State)
					if count--; count == 0 {
						return nil
					}
				case lines.Text() == "":
					last = event // Only now the event is complete.
				}
			}
			response.Body.Close()
		}
		time.Sleep(time.Second)
	}
}

func main() {
	if len(os.Args) < 4 {
		fmt.Fprintln(os.Stderr, "example SOCKET submit RECIPIENT | work CHANNEL COUNT | watch EVENT COUNT")
		os.Exit(64)
	}
	tact := NewTact(os.Args[1])
	count, _ := strconv.Atoi(os.Args[len(os.Args)-1])
	var err error
	switch os.Args[2] {
	case "submit":
		err = submit(tact, os.Args[3])
	case "work":
		err = work(tact, os.Args[3], count)
	case "watch":
		err = watch(tact, os.Args[3], count)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

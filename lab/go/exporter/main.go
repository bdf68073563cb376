// Exporter serves the metrics of a lab node's accelerators as Prometheus text:
// everything is computed from counters of the kernel. It runs in a pod on each
// node with accelerators (lab/accelerators/exporter-objects.ts).
package main

import (
	"context"
	"crypto/subtle"
	"errors"
	"flag"
	"log"
	"net/http"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

func main() {
	listen := flag.String("listen", ":9464", "address to serve /metrics on")
	folder := flag.String("folder", "/accelerators", "folder with accelerators.json and the backing files")
	socket := flag.String("pod-resources", "/var/lib/kubelet/pod-resources/kubelet.sock", "kubelet's pod resources socket (empty: pods are not named)")
	named := flag.String("shape", "opentelemetry", "how it speaks: as OpenTelemetry's conventions say, or as a vendor's exporter (shapes.go)")
	certificate := flag.String("tls", "", "prefix of FILE.crt and FILE.key: serve TLS")
	token := flag.String("token-file", "", "ask for the bearer token in this file")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer stop()

	sampler := newSampler(*folder, "/sys")
	go sampler.run(ctx, time.Second)
	holders, err := newHolders(*socket)
	if err != nil {
		log.Fatal(err)
	}
	registry := prometheus.NewRegistry()
	if *named == "opentelemetry" {
		registry.MustRegister(&collector{sampler: sampler, holders: holders})
	} else if shape, known := shapes[*named]; known {
		registry.MustRegister(&shaped{shape, sampler})
	} else {
		log.Fatalf("there is no shape %q", *named)
	}

	mux := http.NewServeMux()
	metrics, err := guarded(promhttp.HandlerFor(registry, promhttp.HandlerOpts{ErrorHandling: promhttp.HTTPErrorOnError}), *token)
	if err != nil {
		log.Fatal(err)
	}
	mux.Handle("/metrics", metrics)
	mux.HandleFunc("/healthz", func(w http.ResponseWriter, _ *http.Request) {
		if err := sampler.ready(); err != nil {
			http.Error(w, err.Error(), http.StatusServiceUnavailable)
		}
	})
	server := &http.Server{Addr: *listen, Handler: mux, ReadHeaderTimeout: 10 * time.Second}
	go func() {
		<-ctx.Done()
		server.Close()
	}()
	log.Printf("listening on %s", *listen)
	if err := serve(server, *certificate); !errors.Is(err, http.ErrServerClosed) {
		log.Fatal(err)
	}
}

func serve(server *http.Server, certificate string) error {
	if certificate == "" {
		return server.ListenAndServe()
	}
	return server.ListenAndServeTLS(certificate+".crt", certificate+".key")
}

// guarded lets in who has the token of that file; everybody when no file is named.
func guarded(handler http.Handler, file string) (http.Handler, error) {
	if file == "" {
		return handler, nil
	}
	token, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	want := []byte("Bearer " + strings.TrimSpace(string(token)))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if subtle.ConstantTimeCompare([]byte(r.Header.Get("Authorization")), want) != 1 {
			http.Error(w, "a bearer token is wanted", http.StatusUnauthorized)
			return
		}
		handler.ServeHTTP(w, r)
	}), nil
}

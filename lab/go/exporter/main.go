// Exporter serves the metrics of a lab node's accelerators as Prometheus text:
// everything is computed from counters of the kernel. It runs in a pod on each
// node with accelerators (lab/accelerators/exporter-objects.ts).
package main

import (
	"context"
	"errors"
	"flag"
	"log"
	"net/http"
	"os/signal"
	"syscall"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

func main() {
	listen := flag.String("listen", ":9464", "address to serve /metrics on")
	folder := flag.String("folder", "/accelerators", "folder with accelerators.json and the backing files")
	socket := flag.String("pod-resources", "/var/lib/kubelet/pod-resources/kubelet.sock", "kubelet's pod resources socket (empty: pods are not named)")
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
	registry.MustRegister(&collector{sampler: sampler, holders: holders})

	mux := http.NewServeMux()
	mux.Handle("/metrics", promhttp.HandlerFor(registry, promhttp.HandlerOpts{ErrorHandling: promhttp.HTTPErrorOnError}))
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
	if err := server.ListenAndServe(); !errors.Is(err, http.ErrServerClosed) {
		log.Fatal(err)
	}
}

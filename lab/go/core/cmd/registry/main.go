// Registry serves OCI images for a lab: manifests in memory, blobs on disk.
package main

import (
	"flag"
	"log"
	"net/http"
	"os"
	"time"

	"github.com/google/go-containerregistry/pkg/registry"
)

func main() {
	address := flag.String("listen", "127.0.0.1:5000", "address to listen on")
	blobs := flag.String("blobs", "", "directory for blobs (empty: memory)")
	flag.Parse()
	logger := log.New(os.Stderr, "", log.LstdFlags|log.LUTC)
	options := []registry.Option{registry.Logger(logger)}
	if *blobs != "" {
		options = append(options, registry.WithBlobHandler(registry.NewDiskBlobHandler(*blobs)))
	}
	server := &http.Server{Addr: *address, Handler: registry.New(options...), ReadHeaderTimeout: 10 * time.Second}
	logger.Printf("listening on %s", *address)
	logger.Fatal(server.ListenAndServe())
}

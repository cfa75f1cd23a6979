# One static binary and nothing else: no shell, no package, no root.

FROM golang:1.26 AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
RUN CGO_ENABLED=0 go build -trimpath -buildvcs=false -ldflags="-s -w" -o /out/lintu .
# An empty folder that belongs to the user below: a new volume at /data takes its owner.
RUN mkdir /out/data

FROM scratch
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/
COPY --from=build /out/lintu /lintu
COPY --from=build --chown=65532:65532 /out/data /data
USER 65532:65532
# From outside the container only an address that is not loopback can be reached; it needs LINTU_TOKEN_FILE.
ENV LINTU_ADDR=0.0.0.0:8080 LINTU_STORE=sqlite:/data/lintu.db
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 CMD ["/lintu", "healthcheck"]
ENTRYPOINT ["/lintu"]
CMD ["serve"]

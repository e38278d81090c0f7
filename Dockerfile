# An image with the program alone: no shell, no network needed at run time, no root.
#
#     docker build -t depesche .
#     docker run --rm --network none -v "$PWD/articles:/in:ro" -v "$PWD/briefing:/out" depesche brief /in -o /out
#
# The program is linked statically. With models of the hub, mount a cache: -v "$HOME/.cache/huggingface:/cache" -e HF_HOME=/cache
FROM rust:1-bookworm AS build
WORKDIR /depesche
COPY . .
RUN RUSTFLAGS="-C target-feature=+crt-static -C strip=symbols" \
    cargo build --release --locked --target "$(rustc -vV | sed -n 's/^host: //p')" --target-dir /build \
    && cp /build/*/release/depesche /depesche-program

FROM gcr.io/distroless/static-debian12:nonroot
COPY --from=build /depesche-program /usr/local/bin/depesche
COPY --from=build /depesche/LICENSE /depesche/LICENSE-MIT /depesche/LICENSE-APACHE /licences/
ENTRYPOINT ["/usr/local/bin/depesche"]
CMD ["--help"]

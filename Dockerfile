# An image whose jobs call `modwharf` directly: `image: …/modwharf:1.0.0` and `command: modwharf` for the GitLab components.
FROM node:24-bookworm-slim AS build
WORKDIR /src
COPY . .
RUN npm ci --ignore-scripts && node scripts/build.mjs /opt/modwharf/dist && cp package.json LICENSE /opt/modwharf/

# git reads tags; the certificates are what git and the tool trust; gnupg and ssh-keygen check signatures.
FROM node:24-bookworm-slim
RUN apt-get update \
  && apt-get install --yes --no-install-recommends ca-certificates git gnupg openssh-client \
  && rm -rf /var/lib/apt/lists/*
COPY --from=build /opt/modwharf /opt/modwharf
RUN ln -s /opt/modwharf/dist/modwharf.js /usr/local/bin/modwharf && modwharf --version
# No entry point: CI runners start a shell.

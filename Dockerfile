# The site in a container: built in one stage, served in another by an ordinary user who can write nothing.
# docs/deploying.md says how to run it. The tag names a minor version; pin a digest of your own where you need one.
FROM python:3.11-slim AS build
RUN apt-get update && apt-get install --yes --no-install-recommends make && rm -rf /var/lib/apt/lists/*
WORKDIR /srv/csea
COPY . .
RUN make build PYTHON=python3.11
# What the first start would write: the settings, the rows of each table, and the script of the pictures.
RUN .venv/bin/python -c "from pathlib import Path; from csea.project import Project; from csea.site import Options, prepared; prepared(Project.read(Path.cwd()), Options(host='0.0.0.0'))"

FROM python:3.11-slim
ENV PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1
WORKDIR /srv/csea
COPY --from=build /srv/csea .
USER 65534:65534
EXPOSE 8001
HEALTHCHECK --interval=30s --timeout=10s --start-period=15s --retries=3 \
  CMD [".venv/bin/python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8001/-/health', timeout=8)"]
ENTRYPOINT [".venv/bin/csea", "serve", "--host", "0.0.0.0", "--port", "8001"]

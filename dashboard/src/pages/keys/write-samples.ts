export interface CodeSample {
  readonly id: string;
  readonly name: string;
  readonly note: string;
  readonly code: string;
}

const TOKEN_NOTE = 'The token comes from the variable TACITURN_KEY_TOKEN.';

/** Programs that make a credential of one key of this service. */
export function writeSamples(origin: string, keyUid: string): readonly CodeSample[] {
  const url = `${origin}/v1/turn/keys/${keyUid}/credentials/generate-ice-servers`;
  return [
    { id: 'curl', name: 'curl', note: TOKEN_NOTE, code: writeCurl(url) },
    { id: 'node', name: 'Node', note: TOKEN_NOTE, code: writeNode(url) },
    { id: 'python', name: 'Python', note: TOKEN_NOTE, code: writePython(url) },
    { id: 'go', name: 'Go', note: TOKEN_NOTE, code: writeGo(url) },
    {
      id: 'browser',
      name: 'Browser',
      note: 'The page asks your back end, which answers what one of the other programs was answered.',
      code: BROWSER,
    },
  ];
}

function writeCurl(url: string): string {
  return `curl -X POST ${url} \\
  -H "Authorization: Bearer $TACITURN_KEY_TOKEN" \\
  -d '{"ttl": 86400}'`;
}

function writeNode(url: string): string {
  return `const response = await fetch('${url}', {
  method: 'POST',
  headers: { Authorization: \`Bearer \${process.env.TACITURN_KEY_TOKEN}\` },
  body: JSON.stringify({ ttl: 86400, customIdentifier: 'user-1' }),
});
const { iceServers } = await response.json();`;
}

function writePython(url: string): string {
  return `import json, os, urllib.request

request = urllib.request.Request(
    "${url}",
    method="POST",
    headers={"Authorization": f"Bearer {os.environ['TACITURN_KEY_TOKEN']}"},
    data=json.dumps({"ttl": 86400, "customIdentifier": "user-1"}).encode(),
)
with urllib.request.urlopen(request) as response:
    ice_servers = json.load(response)["iceServers"]`;
}

function writeGo(url: string): string {
  return `package main

import (
	"io"
	"log"
	"net/http"
	"os"
	"strings"
)

func main() {
	body := strings.NewReader(\`{"ttl": 86400, "customIdentifier": "user-1"}\`)
	request, err := http.NewRequest("POST", "${url}", body)
	if err != nil {
		log.Fatal(err)
	}
	request.Header.Set("Authorization", "Bearer "+os.Getenv("TACITURN_KEY_TOKEN"))
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		log.Fatal(err)
	}
	defer response.Body.Close()
	io.Copy(os.Stdout, response.Body)
}`;
}

const BROWSER = `// Your own path, for your own signed-in users.
const response = await fetch('/ice-servers', { method: 'POST' });
const { iceServers } = await response.json();
const connection = new RTCPeerConnection({ iceServers });`;

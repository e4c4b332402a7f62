import assert from "node:assert/strict";
import { networkInterfaces } from "node:os";
import { NetworkPolicy, type OwnServer, ownServer } from "@millrace/plugin-runtime";
import fc from "fast-check";
import { kindOf, parseHost } from "#src/network/addresses/index.js";

/** Why a plugin may not connect, by name or address; undefined when it may. */
function refuse(entries: string[], host: string, port: number, addresses: string[] = [], own?: OwnServer) {
  const policy = new NetworkPolicy(entries, () => own);
  const parsed = parseHost(host);
  assert.ok(parsed, `"${host}" is no host`);
  if ("address" in parsed) return policy.refuseAddress(parsed.address, port, []);
  const refused = policy.refuseName(parsed.name, port);
  if (refused !== undefined) return refused;
  const reasons = addresses.map((text) => {
    const address = parseHost(text);
    assert.ok(address && "address" in address);
    return policy.refuseAddress(address.address, port, [parsed.name]);
  });
  return reasons.find((reason) => reason !== undefined);
}

const PUBLIC = "93.184.215.14";

describe("the network policy", () => {
  it("allows nothing without an entry, and says which one would", () => {
    assert.equal(
      refuse([], "api.example.com", 443),
      "plugins may not connect to api.example.com:443: no entry of --plugin-network allows it. " +
        'Whoever runs the server can add "api.example.com:443" there.',
    );
    assert.match(refuse([], PUBLIC, 80)!, /93\.184\.215\.14:80: no entry/);
  });

  it("allows a name on all ports, or on the one that the entry names", () => {
    assert.equal(refuse(["api.example.com"], "api.example.com", 1, [PUBLIC]), undefined);
    assert.equal(refuse(["api.example.com:443"], "API.example.COM.", 443, [PUBLIC]), undefined);
    assert.match(refuse(["api.example.com:443"], "api.example.com", 80)!, /no entry/);
    assert.match(refuse(["api.example.com"], "example.com", 443)!, /no entry/);
  });

  it("allows the names below a domain, but neither the domain itself nor names that only end alike", () => {
    assert.equal(refuse(["*.example.com"], "a.b.example.com", 443, [PUBLIC]), undefined);
    assert.match(refuse(["*.example.com"], "example.com", 443)!, /no entry/);
    assert.match(refuse(["*.example.com"], "badexample.com", 443)!, /no entry/);
    assert.match(refuse(["*.example.com:443"], "a.example.com", 80)!, /no entry/);
  });

  it("takes names in other scripts as their ASCII form", () => {
    assert.equal(refuse(["bücher.example"], "xn--bcher-kva.example", 80, [PUBLIC]), undefined);
  });

  it("allows addresses and ranges of both versions", () => {
    assert.equal(refuse([PUBLIC], PUBLIC, 80), undefined);
    assert.equal(refuse(["93.184.0.0/16:80"], PUBLIC, 80), undefined);
    assert.match(refuse(["93.184.0.0/16:80"], PUBLIC, 81)!, /no entry/);
    assert.equal(refuse(["2606:2800::/32"], "2606:2800::1", 80), undefined);
    assert.equal(refuse(["[2606:2800::1]:80"], "[2606:2800:0:0::1]", 80), undefined);
    assert.match(refuse(["[2606:2800::1]:80"], "2606:2800::1", 81)!, /\[2606:2800::1\]:81/);
  });

  it("means only public addresses by a star and by names", () => {
    assert.equal(refuse(["*"], "any.example", 80, [PUBLIC]), undefined);
    assert.match(refuse(["*:443"], "any.example", 80)!, /no entry/);
    for (const address of [
      "10.1.2.3",
      "192.168.0.1",
      "172.16.9.9",
      "100.64.0.1",
      "fd12::1",
      "127.0.0.1",
      "::1",
    ]) {
      assert.match(refuse(["*"], address, 80)!, /only an entry .* for the address or its range/, address);
      assert.match(
        refuse(["*", "db.example"], "db.example", 80, [address])!,
        /\(the address of db\.example\)/,
      );
    }
  });

  it("allows private addresses to entries that name them, also when a name leads there", () => {
    assert.equal(refuse(["10.0.0.0/8"], "10.1.2.3", 80), undefined);
    assert.equal(refuse(["db.example", "10.1.0.0/16"], "db.example", 80, ["10.1.2.3"]), undefined);
    assert.match(refuse(["10.1.0.0/16"], "db.example", 80, ["10.1.2.3"])!, /no entry/);
    assert.equal(refuse(["fd12::/16"], "fd12::1", 80), undefined);
    assert.match(refuse(["0.0.0.0/0", "::/0"], "10.1.2.3", 80)!, /private/);
    assert.equal(refuse(["0.0.0.0/0"], PUBLIC, 80), undefined);
  });

  it("allows this machine to localhost and to its addresses", () => {
    assert.equal(refuse(["localhost:9000"], "localhost", 9000, ["127.0.0.1", "::1"]), undefined);
    assert.match(refuse(["localhost:9000"], "localhost", 9001)!, /no entry/);
    assert.match(refuse(["localhost:9000"], "localhost", 9000, ["10.0.0.1"])!, /private/);
    assert.equal(refuse(["127.0.0.1"], "127.1", 80), undefined);
    assert.match(refuse(["evil.example"], "evil.example", 80, ["127.0.0.1"])!, /this machine/);
  });

  it("never allows metadata, link-local, multicast and other special addresses, in any spelling", () => {
    const everything = ["*", "0.0.0.0/0", "::/0", "any.example"];
    const spellings = [
      ...[
        "169.254.169.254",
        "2852039166",
        "0xa9fea9fe",
        "0xA9.0xFE.0xA9.0xFE",
        "0251.0376.0251.0376",
        "169.254.43518",
      ],
      ...["①⑥⑨.254.169.254", "169.254.169.254.", "[::ffff:169.254.169.254]", "::ffff:a9fe:a9fe"],
      ...[
        "0:0:0:0:0:ffff:169.254.169.254",
        "::169.254.169.254",
        "64:ff9b::169.254.169.254",
        "2002:a9fe:a9fe::1",
      ],
      ...[
        "fe80::1",
        "fd00:ec2::254",
        "fd20:ce::254",
        "100.100.100.200",
        "192.0.0.192",
        "168.63.129.16",
        "0.0.0.0",
      ],
      ...["0", "::", "224.0.0.1", "ff02::1", "255.255.255.255", "240.0.0.1", "2001:0:1::1"],
    ];
    for (const host of spellings) {
      assert.match(refuse(everything, host, 80) ?? "allowed", /may never connect/, host);
      if (!host.includes("[")) assert.match(refuse(everything, "any.example", 80, [host])!, /never/, host);
    }
  });

  it("judges every spelling of a version 4 address alike", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 32 - 1 }), (value) => {
        const parts = [24, 16, 8, 0].map((shift) => (value >>> shift) & 255);
        const spellings = [
          parts.join("."),
          String(value),
          `0x${value.toString(16)}`,
          parts.map((part) => `0${part.toString(8)}`).join("."),
          `${parts[0]}.${value % 2 ** 24}`,
          `::ffff:${parts.join(".")}`,
        ];
        const kinds = spellings.map((spelling) => {
          const host = parseHost(spelling);
          assert.ok(host && "address" in host, spelling);
          assert.equal(host.address.value, BigInt(value), spelling);
          return kindOf(host.address).kind;
        });
        assert.equal(new Set(kinds).size, 1);
      }),
    );
  });

  it("takes nothing for a host that is none", () => {
    for (const text of [
      "",
      "a b",
      "http://x",
      "x/y",
      "user@x",
      "x:80",
      "1.2.3.256",
      "fe80::1%eth0",
      "[x]",
      "%31",
      "::1]",
    ]) {
      assert.equal(parseHost(text), undefined, text);
    }
  });

  it("lets every plugin call the server that it runs in, exactly there", () => {
    const own = ownServer({ address: "127.0.0.1", port: 8181 });
    assert.equal(refuse([], "localhost", 8181, ["127.0.0.1"], own), undefined);
    assert.equal(refuse([], "127.0.0.1", 8181, [], own), undefined);
    assert.match(refuse([], "127.0.0.1", 8182, [], own)!, /this machine/);
    assert.match(refuse([], "::1", 8181, [], own)!, /this machine/);
    assert.match(refuse([], "127.0.0.2", 8181, [], own)!, /this machine/);
    assert.match(refuse([], "evil.example", 8181, ["127.0.0.1"], own)!, /no entry/);
    assert.equal(refuse(["evil.example"], "evil.example", 8181, ["127.0.0.1"], own), undefined);
  });

  it("knows all addresses of a server that listens everywhere", () => {
    const machine = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
    const version4 = machine.filter(({ family }) => family === "IPv4");
    const own = ownServer({ address: "0.0.0.0", port: 8181 });
    for (const { address } of version4) assert.equal(refuse([], address, 8181, [], own), undefined, address);
    assert.match(refuse([], "::1", 8181, [], own)!, /this machine/);
    const both = ownServer({ address: "::", port: 8181 });
    for (const { address } of version4) assert.ok(both.addresses.has(address), address);
  });

  it("refuses entries that say nothing, with what they could say", () => {
    for (const text of [
      "",
      "a b",
      "x:0",
      "x:http",
      "x:65536",
      "*x.example",
      "*.*.example",
      "10.0.0.0/33",
      "http://x",
      "a/8",
    ]) {
      assert.throws(() => new NetworkPolicy([text]), /is no entry of --plugin-network. Use a host/, text);
    }
    for (const text of ["169.254.169.254", "169.254.0.0/16", "fe80::1", "0xa9fea9fe:80", "224.0.0.1"]) {
      assert.throws(() => new NetworkPolicy([text]), /plugins never reach/, text);
    }
  });
});

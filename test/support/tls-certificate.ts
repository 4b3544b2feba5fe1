/**
 * A self-signed certificate for `atelier.test`, valid 2020–2120, and its key. Loopback HTTPS servers in tests use it; nothing
 * outside the tests trusts it.
 */
export const tlsCertificate = {
  key: `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgiTVUKvdTQdikHvh8
M1ca1Dd73YGZZzDYg9jFL2Q2ejChRANCAARp2yjuSV4KrFdbRTIkXTF5t8MpfTiF
N3JslmUevRKm1ZEurvyNw2LkmmgsSQRyYj/G7yx+dQIsFK+CWQqPisjX
-----END PRIVATE KEY-----
`,
  cert: `-----BEGIN CERTIFICATE-----
MIIBSTCB8aADAgECAgEBMAoGCCqGSM49BAMCMBcxFTATBgNVBAMMDGF0ZWxpZXIu
dGVzdDAgFw0yMDAxMDEwMDAwMDBaGA8yMTIwMDEwMTAwMDAwMFowFzEVMBMGA1UE
AwwMYXRlbGllci50ZXN0MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEadso7kle
CqxXW0UyJF0xebfDKX04hTdybJZlHr0SptWRLq78jcNi5JpoLEkEcmI/xu8sfnUC
LBSvglkKj4rI16MsMCowFwYDVR0RBBAwDoIMYXRlbGllci50ZXN0MA8GA1UdEwEB
/wQFMAMBAf8wCgYIKoZIzj0EAwIDRwAwRAIgEydIPV9zpt7PYeyVG3NUBsJamW5+
61hJO+D2M18ubnECIE7fyMOyTghER19hPeiMFcgVmN6wNmk1DQJj0nRuiYWN
-----END CERTIFICATE-----
`,
};

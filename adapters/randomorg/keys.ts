/**
 * The public keys that RANDOM.ORG signs with, pinned. Its certificate is renewed on the same key, so the
 * key is pinned and not the certificate. A new key is added here by hand after it was compared
 * with the one RANDOM.ORG publishes; an answer under an unknown key makes a draw disputed, never paid.
 */

/** A public key and what identifies it. */
export interface PinnedKey {
  /** SHA-256 of the SPKI bytes, hexadecimal. */
  readonly fingerprint: string;
  /** SPKI in PEM. */
  readonly pem: string;
}

/**
 * RSA-4096, e = 65537. It fits the nine real answers of 2014 to 2021 in `testdata/`; that it still signs
 * after February 2023 is not confirmed by a public answer known to us.
 * Source: the certificate in github.com/patrickfav/dice (CN=RANDOM.ORG, Randomness and Integrity
 * Services Ltd, issued by DigiCert, from 2017-08-10); RANDOM.ORG names its own at
 * api.random.org/signatures/manual.
 */
export const RANDOM_ORG_KEYS: readonly PinnedKey[] = [
  {
    fingerprint: "aaf4b5b58167ce015ed8badb7ad060813642eb695f25fa668339b0760d048ba3",
    pem: `-----BEGIN PUBLIC KEY-----
MIICIjANBgkqhkiG9w0BAQEFAAOCAg8AMIICCgKCAgEA7O3HQWLnTzCCj/qwoI4v
j/T9237we74rwcJW2w4SuzIKVlAn5yhaJcaeQpdpmHwmQt3aU8G1ba7n3xl7hdeP
kh+aEkYM3iVOhJZdkCKjzw2x7lUSQInZksgns8R4iGklJPInX6fmBjErt1YrjI8B
5Hqz3koibkqIZgVuZ1QfJogbmsrT64imgiDdeG3XDcOY4yDzS734bNqRUNYha3aD
nwvxrubyMhfWtBl2y6nXKDbeMKJ9NWu723V7L+BGFeEvYMPq8ieRVJ7ycavKeSXE
oi9GvgzCjuy2GBJOXs41O5f07VnqGxci6uqyblEgr0SoNETYFnJsSVkryyTPtO7l
h5jdFg4QmHBUEfzfcWQMkxj4LbDvRHMn5UIrofkA7g+97Wf/IQnZzhlZh+DgIb3j
jXD50GqJsd7cd0ojJZuzGf6BLSZ8g2KZOJ3KtB1u/nZ4HVQUdP6ZNop3mEx7Miar
7wSDjRzGg4ayfxHa8pOtE6o8pe0d7lVu3XTHC9kL5qZ3Xqld6Sx9tJ2ZQ2oDjTPl
PIhYGMLdeEhXmYUrhnDChpOJrWvsb/eh4M38sWUccBQTl9sBvWRkrbSCazlxZA+Y
5KOPEJ3NIR8GjKFNwbd8Bk9Yk3LnbocSp3E82BVD1gi4zRd9MtBhClGc//xi8S5W
rFho8l+sZ+dCq/iuVYLTkGUCAwEAAQ==
-----END PUBLIC KEY-----
`,
  },
];

/** The pinned keys as `checkSignedAnswer` and `checkProof` take them. */
export const pinnedKeys: readonly string[] = RANDOM_ORG_KEYS.map((key) => key.pem);

package main

import (
	"fmt"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// hashStore keeps the hashes of a log in the order of their storage indexes.
type hashStore []tlog.Hash

func (s hashStore) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	hashes := make([]tlog.Hash, len(indexes))
	for i, index := range indexes {
		hashes[i] = s[index]
	}
	return hashes, nil
}

type logArgs struct {
	Records []Text
	Height  int
	// Proofs asked for: pairs of tree size and record number, or of tree size and size of the older tree.
	Record, Tree [][2]int64
}

type logFacts struct {
	Hashes, Trees []tlog.Hash
	Tiles         map[string][]byte
	RecordProofs  []tlog.RecordProof
	TreeProofs    []tlog.TreeProof
}

func growLog(a logArgs) (facts logFacts, err error) {
	var store hashStore
	facts.Tiles = map[string][]byte{}
	for i, record := range a.Records {
		n := int64(i)
		hashes, err := tlog.StoredHashes(n, []byte(record), store)
		if err != nil {
			return facts, err
		}
		store = append(store, hashes...)
		tree, err := tlog.TreeHash(n+1, store)
		if err != nil {
			return facts, err
		}
		facts.Trees = append(facts.Trees, tree)
		for _, tile := range tlog.NewTiles(a.Height, n, n+1) {
			data, err := tlog.ReadTileData(tile, store)
			if err != nil {
				return facts, err
			}
			facts.Tiles[tile.Path()] = data
		}
	}
	facts.Hashes = store
	for _, q := range a.Record {
		proof, err := tlog.ProveRecord(q[0], q[1], store)
		if err != nil {
			return facts, err
		}
		facts.RecordProofs = append(facts.RecordProofs, proof)
	}
	for _, q := range a.Tree {
		proof, err := tlog.ProveTree(q[0], q[1], store)
		if err != nil {
			return facts, err
		}
		facts.TreeProofs = append(facts.TreeProofs, proof)
	}
	return facts, nil
}

type tileFacts struct {
	Path         string
	Level        int
	N            int64
	Width        int
	NewTilePaths []string
}

type noteArgs struct {
	Message Text
	Keys    []string
}

type noteFacts struct {
	Text       Text
	Signatures []note.Signature
	Unverified []note.Signature
}

func openNote(a noteArgs) (noteFacts, error) {
	var verifiers []note.Verifier
	for _, key := range a.Keys {
		verifier, err := note.NewVerifier(key)
		if err != nil {
			return noteFacts{}, fmt.Errorf("key: %v", err)
		}
		verifiers = append(verifiers, verifier)
	}
	n, err := note.Open([]byte(a.Message), note.VerifierList(verifiers...))
	if err != nil {
		return noteFacts{}, err
	}
	return noteFacts{Text(n.Text), n.Sigs, n.UnverifiedSigs}, nil
}

type signArgs struct {
	Text Text
	Keys []string
}

func signNote(a signArgs) (Text, error) {
	var signers []note.Signer
	for _, key := range a.Keys {
		signer, err := note.NewSigner(key)
		if err != nil {
			return "", fmt.Errorf("key: %v", err)
		}
		signers = append(signers, signer)
	}
	message, err := note.Sign(&note.Note{Text: string(a.Text)}, signers...)
	return Text(message), err
}

type logText struct{ Text Text }

func init() {
	register("tlog.Grow", growLog)
	register("tlog.Index", func(a struct {
		Height int
		Index  int64
	}) (tileFacts, error) {
		tile := tlog.TileForIndex(a.Height, a.Index)
		return tileFacts{Path: tile.Path(), Level: tile.L, N: tile.N, Width: tile.W}, nil
	})
	register("tlog.NewTiles", func(a struct {
		Height   int
		Old, New int64
	}) ([]string, error) {
		paths := []string{}
		for _, tile := range tlog.NewTiles(a.Height, a.Old, a.New) {
			paths = append(paths, tile.Path())
		}
		return paths, nil
	})
	register("tlog.ParseTilePath", func(a logText) (tileFacts, error) {
		tile, err := tlog.ParseTilePath(string(a.Text))
		if err != nil {
			return tileFacts{}, err
		}
		return tileFacts{Path: tile.Path(), Level: tile.L, N: tile.N, Width: tile.W}, nil
	})
	register("tlog.ParseTree", func(a logText) (tlog.Tree, error) { return tlog.ParseTree([]byte(a.Text)) })
	register("tlog.ParseRecord", func(a logText) (any, error) {
		id, text, rest, err := tlog.ParseRecord([]byte(a.Text))
		return map[string]any{"ID": id, "Text": Text(text), "Rest": rest}, err
	})
	register("note.NewVerifier", func(a logText) (string, error) {
		v, err := note.NewVerifier(string(a.Text))
		if err != nil {
			return "", err
		}
		return fmt.Sprintf("%s+%08x", v.Name(), v.KeyHash()), nil
	})
	register("note.NewSigner", func(a logText) (string, error) {
		s, err := note.NewSigner(string(a.Text))
		if err != nil {
			return "", err
		}
		return fmt.Sprintf("%s+%08x", s.Name(), s.KeyHash()), nil
	})
	register("note.Open", openNote)
	register("note.Sign", signNote)
}

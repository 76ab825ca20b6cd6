package io.meshtransformer.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TokenizerLoadTest {
    @TempDir
    private Path directory;

    @Test
    void aDirectoryWithoutTokenizerHasNone() throws IOException {
        write("config.json", "{\"model_type\": \"gptj\"}");
        assertThat(Tokenizer.load(directory)).isEmpty();
    }

    @Test
    void aMissingDirectoryIsAnError() {
        assertThatThrownBy(() -> Tokenizer.load(directory.resolve("nowhere")))
                .isInstanceOf(MalformedTokenizerException.class)
                .hasMessageEndingWith("nowhere is not a directory");
    }

    @ParameterizedTest
    @CsvSource({
        "tokenizer.model,a SentencePiece model",
        "spiece.model,a SentencePiece model",
        "vocab.txt,a WordPiece vocabulary"
    })
    void tokenizersOfOtherKindsAreRefusedByName(String file, String kind) throws IOException {
        write(file, "");
        assertThatThrownBy(() -> Tokenizer.load(directory))
                .isInstanceOf(UnsupportedTokenizerException.class)
                .hasMessageStartingWith(file + " is " + kind);
    }

    @ParameterizedTest
    @CsvSource({"vocab.json", "merges.txt"})
    void oneOfTwoFilesIsAnError(String file) throws IOException {
        write(file, "{}");
        assertThatThrownBy(() -> Tokenizer.load(directory))
                .isInstanceOf(MalformedTokenizerException.class)
                .hasMessageContaining("only one is there");
    }

    /** Each row replaces the value at a JSON pointer of the demo model's tokenizer.json. */
    @ParameterizedTest
    @CsvSource(delimiter = ';', textBlock = """
            /model/type;"WordPiece";its model is WordPiece
            /model/type;"Unigram";its model is Unigram
            /model/type;"WordLevel";its model is WordLevel
            /model/dropout;0.1;its model has a dropout of 0.1
            /model/continuing_subword_prefix;"##";its model has the continuing_subword_prefix '##'
            /model/end_of_word_suffix;"</w>";its model has the end_of_word_suffix '</w>'
            /normalizer;{"type": "NFC"};it has a normalizer, NFC
            /normalizer;{"type": "Sequence", "normalizers": []};it has a normalizer, Sequence
            /decoder;{"type": "WordPiece"};its decoder is WordPiece
            /pre_tokenizer;null;it has no pre-tokenizer
            /pre_tokenizer;{"type": "Metaspace"};its pre-tokenizer is Metaspace
            /pre_tokenizer;{"type": "BertPreTokenizer"};its pre-tokenizer is BertPreTokenizer
            /pre_tokenizer;{"type": "Sequence", "pretokenizers": []};its pre-tokenizer is an empty Sequence
            /pre_tokenizer;{"type": "Sequence", "pretokenizers": [{"type": "Digits"}, {"type": "ByteLevel"}]};its pre-tokenizer has a Digits
            /pre_tokenizer;{"type": "Sequence", "pretokenizers": [{"type": "Split", "pattern": {"Regex": "\\\\d{1,3}"}, "behavior": "Isolated"}, {"type": "ByteLevel"}]};its pre-tokenizer splits at '\\d{1,3}'
            /pre_tokenizer;{"type": "Sequence", "pretokenizers": [{"type": "Split", "pattern": {"String": " "}, "behavior": "Isolated"}, {"type": "ByteLevel"}]};its pre-tokenizer splits at ' '
            /post_processor;{"type": "BertProcessing"};its post-processor is BertProcessing
            /post_processor;{"type": "RobertaProcessing"};its post-processor is RobertaProcessing
            """)
    void whatIsNotSupportedIsRefusedByName(String pointer, String value, String reason) throws IOException {
        changed(pointer, value);
        assertThatThrownBy(() -> Tokenizer.load(directory))
                .isInstanceOf(UnsupportedTokenizerException.class)
                .hasMessage("tokenizer.json is not supported: " + reason + "; only byte-level BPE as of GPT-2 is read");
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', textBlock = """
            /model;[];tokenizer.json: /model is not an object
            /model/vocab;null;tokenizer.json: /model/vocab is not an object
            /model/vocab/the;-3;tokenizer.json: /model/vocab/the is not a token id
            /model/vocab/he;1.5;tokenizer.json: /model/vocab/he is not a token id
            /model/vocab/he;0;has the id 0 of another token
            /model/merges;{};tokenizer.json: /model/merges is not a list
            /model/merges/7;["a"];tokenizer.json: /model/merges/7 is not a pair of tokens
            /model/merges/7;"a b c";tokenizer.json: /model/merges/7 is not a pair of tokens
            /model/merges/7;["q", "#q"];merge 7, 'q' with '#q', needs the token '#q', which is not in the vocabulary
            /added_tokens/0/content;"";tokenizer.json: added token 4095 is empty
            /added_tokens/0/content;"he";tokenizer.json: added token 'he' has id 4095, but
            /added_tokens/0/id;17;tokenizer.json: added token '<|endoftext|>' has id 17, which is another token's in the vocabulary
            /added_tokens/0/id;"17";tokenizer.json: /added_tokens/0/id is not a token id
            /added_tokens/0/lstrip;"no";tokenizer.json: /added_tokens/0/lstrip is neither true nor false
            /post_processor;{"type": "TemplateProcessing", "single": [{"SpecialToken": {"id": "<s>"}}], "special_tokens": {}};has no ids for the special token '<s>'
            """)
    void whatContradictsItselfIsNamed(String pointer, String value, String message) throws IOException {
        changed(pointer, value);
        assertThatThrownBy(() -> Tokenizer.load(directory))
                .isInstanceOf(MalformedTokenizerException.class)
                .hasMessageContaining(message);
    }

    @Test
    void whatIsNoJsonIsNamed() throws IOException {
        write("tokenizer.json", "{\"model\": ");
        assertThatThrownBy(() -> Tokenizer.load(directory))
                .isInstanceOf(MalformedTokenizerException.class)
                .hasMessageStartingWith("tokenizer.json is not JSON: ");
        write("tokenizer.json", "[]");
        assertThatThrownBy(() -> Tokenizer.load(directory)).hasMessage("tokenizer.json is not a JSON object");
        write("tokenizer.json", "");
        assertThatThrownBy(() -> Tokenizer.load(directory)).hasMessage("tokenizer.json is not a JSON object");
    }

    private void changed(String pointer, String value) throws IOException {
        var json =
                (ObjectNode) Golden.parse(Golden.read(Golden.storiesDirectory().resolve("tokenizer.json")));
        var slash = pointer.lastIndexOf('/');
        var parent = json.at(pointer.substring(0, slash));
        var field = pointer.substring(slash + 1);
        switch (parent) {
            case ObjectNode object -> object.set(field, Golden.parse(value));
            case ArrayNode list -> list.set(Integer.parseInt(field), Golden.parse(value));
            default -> throw new AssertionError("nothing to change at " + pointer);
        }
        write("tokenizer.json", json.toString());
    }

    private void write(String file, String content) throws IOException {
        Files.writeString(directory.resolve(file), content);
    }
}

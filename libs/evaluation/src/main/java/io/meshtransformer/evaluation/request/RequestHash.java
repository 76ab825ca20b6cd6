package io.meshtransformer.evaluation.request;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** SHA-256 of requests: every part with its length before it, so that no two requests have the same bytes. */
final class RequestHash {
    private final MessageDigest digest;

    private RequestHash(String kind, String identity, String tokenizerHash) {
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
        text(kind);
        text(identity);
        text(tokenizerHash);
    }

    static String of(ModelRequest.Score request, String identity, String tokenizerHash) {
        var hash = new RequestHash("score", identity, tokenizerHash);
        hash.ids(request.contextIds());
        hash.number(request.continuationIds().size());
        request.continuationIds().forEach(hash::ids);
        return hash.finish();
    }

    static String of(ModelRequest.Generate request, String identity, String tokenizerHash) {
        var hash = new RequestHash("generate", identity, tokenizerHash);
        hash.ids(request.contextIds());
        hash.number(request.maxTokens());
        hash.number(request.until().size());
        request.until().forEach(hash::text);
        return hash.finish();
    }

    private void text(String text) {
        var bytes = text.getBytes(UTF_8);
        number(bytes.length);
        digest.update(bytes);
    }

    private void ids(int[] ids) {
        number(ids.length);
        var bytes = ByteBuffer.allocate(ids.length * Integer.BYTES);
        bytes.asIntBuffer().put(ids);
        digest.update(bytes);
    }

    private void number(int number) {
        digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(number).flip());
    }

    private String finish() {
        return HexFormat.of().formatHex(digest.digest());
    }
}

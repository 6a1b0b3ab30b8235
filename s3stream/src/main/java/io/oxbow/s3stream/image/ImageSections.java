package io.oxbow.s3stream.image;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * An image as bytes: two sections, so that a reader that needs no extents can leave them. Equal
 * states have equal bytes, and so equal hashes.
 *
 * @param slot the last one in it
 */
@SuppressWarnings("ArrayRecordComponent")
public record ImageSections(long slot, byte[] core, byte[] extents) {

    /** SHA-256 of the core section, in hex. */
    public String coreHash() {
        return HexFormat.of().formatHex(sha256(core));
    }

    /** SHA-256 of the extents section, in hex. */
    public String extentsHash() {
        return HexFormat.of().formatHex(sha256(extents));
    }

    private static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}

package io.oxbow.s3stream.image;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * Image as bytes in sections; a reader that needs no extents can skip theirs. Equal states have
 * equal bytes, and so equal hashes.
 *
 * @param slot the last one in it
 * @param times when what is in each object was appended; empty if that was not recorded
 */
@SuppressWarnings("ArrayRecordComponent")
public record ImageSections(long slot, byte[] core, byte[] extents, byte[] times) {

    /** Returns the SHA-256 of the core section, in hex. */
    public String coreHash() {
        return HexFormat.of().formatHex(sha256(core));
    }

    /** Returns the SHA-256 of the extents and times sections, in hex. */
    public String extentsHash() {
        return HexFormat.of().formatHex(sha256(extents, times));
    }

    private static byte[] sha256(byte[]... sections) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (byte[] section : sections) {
                digest.update(section);
            }
            return digest.digest();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}

package io.oxbow.s3stream.cache;

import io.oxbow.s3stream.CorruptException;
import io.oxbow.s3stream.DamagedException;
import io.oxbow.s3stream.S3StreamException;
import io.oxbow.s3stream.object.ObjectMissingException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Range of a stream that is lost to a reader if one object cannot be read. */
public record Damage(long streamId, String objectKey, long fromOffset, long toOffset) {

    public static Damage in(long streamId, BlockWalk.Located block) {
        return new Damage(
                streamId,
                block.key(),
                Math.max(block.fromOffset(), block.entry().startOffset()),
                Math.min(block.toOffset(), block.entry().endOffset()));
    }

    /**
     * Runs a read of the object, and turns a missing or damaged object into a {@link
     * DamagedException}.
     *
     * @throws DamagedException when it is missing or damaged; a store that is away is neither
     */
    public <T extends @Nullable Object> T reading(Supplier<T> read) {
        try {
            return read.get();
        } catch (CorruptException | ObjectMissingException e) {
            throw new DamagedException(streamId, objectKey, fromOffset, toOffset, e);
        }
    }

    /**
     * Returns whether the failure may pass: a missing object may just have been replaced by one
     * that a newer image names.
     */
    public static boolean mayPass(S3StreamException e) {
        return e.getCause() instanceof ObjectMissingException;
    }
}

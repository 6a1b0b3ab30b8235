package io.oxbow.s3stream;

import java.nio.ByteBuffer;

/**
 * Decides what becomes of each append of a range that is rewritten, see {@link
 * StreamStore#rewrite}. Is shown the appends in order, by one thread; may throw, and nothing of the
 * part under way is changed then. Must decide the same of the same append when asked again.
 */
@FunctionalInterface
public interface AppendFilter {

    Decision decide(Fetched.Append append);

    /** What becomes of an append. */
    sealed interface Decision {

        /** It stays as it is. */
        record Keep() implements Decision {}

        /**
         * Other bytes take its place, at the same offsets.
         *
         * @param records from position to limit; not changed before the next append is asked about
         * @param maxTimestamp the greatest record timestamp in them, -1 if none
         */
        record Replace(ByteBuffer records, long maxTimestamp) implements Decision {}

        /** It is not shown to anybody any more; its offsets stay used. */
        record Drop() implements Decision {}
    }
}

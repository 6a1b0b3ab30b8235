package io.oxbow.s3stream;

import java.nio.ByteBuffer;

/**
 * Decides for each append of a range that is rewritten whether it is kept, replaced or dropped; see
 * {@link StreamStore#rewrite}. One thread calls the filter with the appends in order; if it throws,
 * the part under way is not changed. The filter must decide the same of the same append when asked
 * again.
 */
@FunctionalInterface
public interface AppendFilter {

    Decision decide(ReadResult.Append append);

    /** Decision about one append: keep, replace or drop. */
    sealed interface Decision {

        /** The append stays as it is. */
        record Keep() implements Decision {}

        /**
         * Other bytes take the append's place, at the same offsets.
         *
         * @param records from position to limit; not changed before the next append is asked about
         * @param maxTimestamp the greatest record timestamp in them, -1 if none
         */
        record Replace(ByteBuffer records, long maxTimestamp) implements Decision {}

        /** Readers do not see the append any more; its offsets stay used. */
        record Drop() implements Decision {}
    }
}

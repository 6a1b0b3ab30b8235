package io.oxbow.s3stream.peer;

import io.oxbow.s3stream.image.ApplyResult;
import java.util.List;

/** Leader's answer to a forwarded append, or what stands for it when none came. */
public sealed interface AppendAnswer {

    /**
     * The records are in the log.
     *
     * @param slot at or before which they are; a caller that has applied it has applied them
     */
    record Done(List<ApplyResult> results, long slot) implements AppendAnswer {}

    /** The records are surely not in the log. */
    record NotMade(String why) implements AppendAnswer {}

    /** The records may be in the log, or may yet get there. */
    record Unknown(String why) implements AppendAnswer {}
}

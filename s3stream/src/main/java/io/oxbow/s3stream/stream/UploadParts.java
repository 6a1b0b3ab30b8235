package io.oxbow.s3stream.stream;

import io.oxbow.s3stream.env.Patience;
import io.oxbow.s3stream.wal.WriteAheadLog;

/**
 * What uploads work on and with.
 *
 * @param sequence of the commits; used by the committing thread alone
 */
record UploadParts(
        WriteAheadLog wal,
        LogReadBack readBack,
        TailMemory memory,
        Publisher publisher,
        Publisher.Sequence sequence,
        AppendBudget budget,
        Health health,
        Patience patience) {}

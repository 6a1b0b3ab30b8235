package io.oxbow.s3stream.stream;

import io.oxbow.s3stream.env.Patience;
import io.oxbow.s3stream.image.CoreImage;
import io.oxbow.s3stream.image.CoreRecord;
import io.oxbow.s3stream.image.Verdict;
import io.oxbow.s3stream.log.LogAppendException;
import io.oxbow.s3stream.log.MetadataLog;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Commands to the metadata log. Thread-safe; blocks. */
final class Commands {

    private static final Logger LOG = LoggerFactory.getLogger(Commands.class);

    private final MetadataLog log;
    private final Patience patience;

    Commands(MetadataLog log, Patience patience) {
        this.log = log;
        this.patience = patience;
    }

    CoreImage image() {
        return log.image();
    }

    /** One attempt: what the log throws goes to the caller. */
    Verdict once(CoreRecord command) {
        return once(List.of(command)).getFirst();
    }

    /** One attempt at several commands as one unit. */
    List<Verdict> once(List<CoreRecord> commands) {
        return log.append(commands);
    }

    /**
     * Submits the same command until its fate is definite: while nobody leads, and after an unknown
     * outcome. For commands that the log recognises when it sees them twice.
     */
    Verdict untilDefinite(CoreRecord command) {
        return untilDefinite(List.of(command)).getFirst();
    }

    /** The same for several commands as one unit. */
    List<Verdict> untilDefinite(List<CoreRecord> commands) {
        for (int attempt = 1; ; attempt++) {
            try {
                return log.append(commands);
            } catch (LogAppendException e) {
                LOG.warn("metadata log, attempt {}: {}", attempt, e.getMessage());
            }
            patience.pause(attempt, "append to the metadata log");
        }
    }
}

package io.oxbow.tableflow.tend;

import io.oxbow.catalog.FolderIO;
import io.oxbow.tableflow.commit.OwnFiles;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.regex.Pattern;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.TableMetadataParser;
import org.apache.iceberg.TableOperations;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes the files in a table's folder that nothing names and nobody will. These are files that an
 * earlier sweep saw named, and garbage of writers that cannot commit any more. What another writer
 * has put and not committed looks like garbage, too, and stays. Ages are counted in sweeps of this
 * process, so no clocks are compared.
 */
final class Sweep {

    private static final Logger LOG = LoggerFactory.getLogger(Sweep.class);

    private static final int DELETED_AT_ONCE = 1_000;

    /** Names that the catalog gives metadata files. */
    private static final Pattern METADATA =
            Pattern.compile("metadata/\\d+-[0-9a-f-]{36}\\.(gz\\.)?metadata\\.json");

    /** Files that the last sweep saw named; null before the first. */
    private @Nullable NamedFiles before;

    /** Places of files that the last sweep saw unnamed, with the rounds that had ended by then. */
    private Map<String, Long> unnamed = Map.of();

    /**
     * Writers of the table, as far as they are known here.
     *
     * @param epoch of this process
     * @param committedEpoch highest that has committed: lower ones cannot any more
     * @param roundsEnded rounds of the topic that have come to their end in this process
     */
    record Writers(long epoch, long committedEpoch, long roundsEnded) {

        private boolean mayCommit(long fileEpoch, long endedWhenSeen) {
            if (fileEpoch == epoch) {
                return roundsEnded <= endedWhenSeen;
            }
            return fileEpoch >= committedEpoch;
        }
    }

    /**
     * Counts of a sweep.
     *
     * @param deleted files deleted
     * @param waiting files that a later sweep may delete
     * @param unknown files that nothing names and nobody here has written
     */
    record Result(int deleted, int waiting, int unknown) {}

    /** Sweeps once. */
    Result run(TableOperations operations, FolderIO io, Writers writers) {
        // Listed first: what is committed meanwhile is named afterwards.
        List<FolderIO.StoredFile> stored = io.list(operations.current().location());
        // Read for this sweep alone: what Iceberg reads of each snapshot stays with the metadata.
        TableMetadata metadata =
                TableMetadataParser.read(io, operations.refresh().metadataFileLocation());
        NamedFiles named = NamedFiles.of(metadata, io, before);
        if (!named.isConfined()) {
            LOG.warn("{} has files outside its folder; none is deleted", metadata.location());
            return new Result(0, 0, 0);
        }
        List<String> deleted = new ArrayList<>();
        Map<String, Long> seen = new HashMap<>();
        int unknown = 0;
        for (FolderIO.StoredFile file : stored) {
            String place = named.placeOf(file.location()).orElse(null);
            if (place == null) {
                unknown++;
                continue;
            }
            switch (named.contains(place) ? Verdict.NAMED : judge(place, writers)) {
                case NAMED -> {}
                case GARBAGE -> deleted.add(file.location());
                case WAITS -> seen.put(place, unnamed.getOrDefault(place, writers.roundsEnded()));
                case UNKNOWN -> unknown++;
            }
        }
        delete(io, deleted);
        before = named.remembered();
        unnamed = seen;
        return new Result(deleted.size(), seen.size(), unknown);
    }

    private enum Verdict {
        NAMED,
        GARBAGE,
        WAITS,
        UNKNOWN
    }

    private Verdict judge(String place, Writers writers) {
        if (before != null && before.containsForeign(place)) {
            return Verdict.GARBAGE;
        }
        Long endedWhenSeen = unnamed.get(place);
        OptionalLong epoch = OwnFiles.epoch(place);
        if (epoch.isPresent()) {
            return endedWhenSeen != null && !writers.mayCommit(epoch.getAsLong(), endedWhenSeen)
                    ? Verdict.GARBAGE
                    : Verdict.WAITS;
        }
        if (METADATA.matcher(place).matches()) {
            return endedWhenSeen == null ? Verdict.WAITS : Verdict.GARBAGE;
        }
        return Verdict.UNKNOWN;
    }

    private static void delete(FolderIO io, List<String> files) {
        for (int from = 0; from < files.size(); from += DELETED_AT_ONCE) {
            io.deleteAll(files.subList(from, Math.min(files.size(), from + DELETED_AT_ONCE)));
        }
    }
}

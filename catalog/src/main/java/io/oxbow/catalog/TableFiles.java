package io.oxbow.catalog;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.iceberg.ContentFile;
import org.apache.iceberg.ManifestContent;
import org.apache.iceberg.ManifestFile;
import org.apache.iceberg.ManifestFiles;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.exceptions.BadRequestException;
import org.apache.iceberg.exceptions.NotFoundException;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.io.FileIO;
import org.jspecify.annotations.Nullable;

/** Lists the files that a table's manifests name. */
final class TableFiles {

    private final FileIO io;

    TableFiles(FileIO io) {
        this.io = io;
    }

    /**
     * Calls back for each manifest, data file and delete file that the metadata's snapshots have
     * and {@code base} has not. A file may come more than once.
     *
     * @throws BadRequestException when a snapshot names what is no manifest
     */
    void added(@Nullable TableMetadata base, TableMetadata metadata, Consumer<String> files) {
        Set<String> seen = new HashSet<>();
        for (Snapshot snapshot : metadata.snapshots()) {
            if (base != null && isIn(base, snapshot)) {
                continue;
            }
            Snapshot parent = base == null ? null : parent(base, snapshot);
            if (parent != null) {
                manifests(parent).forEach(manifest -> seen.add(manifest.path()));
            }
            for (ManifestFile manifest : manifests(snapshot)) {
                if (seen.add(manifest.path())) {
                    files.accept(manifest.path());
                    entries(manifest, metadata, files);
                }
            }
        }
    }

    private static boolean isIn(TableMetadata base, Snapshot snapshot) {
        Snapshot same = base.snapshot(snapshot.snapshotId());
        return same != null && same.manifestListLocation().equals(snapshot.manifestListLocation());
    }

    private static @Nullable Snapshot parent(TableMetadata base, Snapshot snapshot) {
        return snapshot.parentId() == null ? null : base.snapshot(snapshot.parentId());
    }

    private List<ManifestFile> manifests(Snapshot snapshot) {
        try {
            return snapshot.allManifests(io);
        } catch (NotFoundException | IllegalArgumentException e) {
            throw unreadable(snapshot.manifestListLocation(), e);
        } catch (RuntimeException e) {
            throw explained(snapshot.manifestListLocation(), e);
        }
    }

    private void entries(ManifestFile manifest, TableMetadata metadata, Consumer<String> files) {
        try (CloseableIterable<? extends ContentFile<?>> entries =
                manifest.content() == ManifestContent.DELETES
                        ? ManifestFiles.readDeleteManifest(manifest, io, metadata.specsById())
                        : ManifestFiles.read(manifest, io, metadata.specsById())) {
            entries.forEach(file -> files.accept(file.location()));
        } catch (NotFoundException e) {
            throw unreadable(manifest.path(), e);
        } catch (BadRequestException e) {
            throw e;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (RuntimeException e) {
            throw explained(manifest.path(), e);
        }
    }

    /**
     * Returns the exception for a failed read of a file; a store that does not answer is no fault
     * of the file's.
     */
    private static RuntimeException explained(String file, RuntimeException e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof IOException
                    && !cause.getClass().getPackageName().startsWith("org.apache.avro")) {
                return e;
            }
        }
        return unreadable(file, e);
    }

    private static BadRequestException unreadable(String file, RuntimeException e) {
        return new BadRequestException(e, "'%s' cannot be read as a manifest: %s", file, e);
    }
}

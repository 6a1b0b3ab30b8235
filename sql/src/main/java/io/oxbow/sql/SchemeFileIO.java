package io.oxbow.sql;

import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.apache.iceberg.CatalogUtil;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.io.InputFile;
import org.apache.iceberg.io.OutputFile;
import org.jspecify.annotations.Nullable;

/**
 * Chooses by a location's scheme: local files, or Iceberg's S3 client where that is on the class
 * path. Public for Iceberg, which loads it by name; thread-safe.
 */
public final class SchemeFileIO implements FileIO {

    private static final long serialVersionUID = 1;
    private static final String S3 = "org.apache.iceberg.aws.s3.S3FileIO";

    private final FileIO local = new LocalFileIO();
    private Map<String, String> properties = Map.of();
    private transient @Nullable FileIO s3;

    @Override
    public void initialize(Map<String, String> given) {
        properties = new HashMap<>(given);
    }

    @Override
    public Map<String, String> properties() {
        return properties;
    }

    @Override
    public InputFile newInputFile(String location) {
        return of(location).newInputFile(location);
    }

    @Override
    public InputFile newInputFile(String location, long length) {
        return of(location).newInputFile(location, length);
    }

    @Override
    public OutputFile newOutputFile(String location) {
        return of(location).newOutputFile(location);
    }

    @Override
    public void deleteFile(String location) {
        of(location).deleteFile(location);
    }

    private FileIO of(String location) {
        int colon = location.indexOf(':');
        String scheme = colon < 0 ? "file" : location.substring(0, colon);
        return switch (scheme) {
            case "file" -> local;
            case "s3", "s3a", "s3n" -> s3();
            default -> throw new QueryException("No access to " + scheme + ": " + location);
        };
    }

    private synchronized FileIO s3() {
        if (s3 == null) {
            try {
                s3 = Objects.requireNonNull(CatalogUtil.loadFileIO(S3, properties, null));
            } catch (IllegalArgumentException e) {
                throw new QueryException("No access to S3: " + e.getMessage(), e);
            }
        }
        return s3;
    }

    @Override
    public synchronized void close() {
        if (s3 != null) {
            s3.close();
        }
    }
}

package io.oxbow.catalog;

import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;

/**
 * A namespace's or table's name as one folder of a location: harmless in any file system or URI.
 */
final class LocationName {

    private LocationName() {}

    /** The name itself where that will do; else a likeness that still differs by name. */
    static String of(String name) {
        String safe = name.replaceAll("[^A-Za-z0-9_.-]", "_");
        if (safe.equals(name) && !safe.startsWith(".")) {
            return safe;
        }
        CRC32C crc = new CRC32C();
        crc.update(name.getBytes(StandardCharsets.UTF_8));
        return "%s-%08x".formatted(safe.replaceAll("^\\.+", "_"), crc.getValue());
    }
}

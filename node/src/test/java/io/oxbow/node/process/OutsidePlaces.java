package io.oxbow.node.process;

import java.util.ArrayList;
import java.util.List;

/** Places in and around a bucket that are no part of a table's folder. */
final class OutsidePlaces {

    /** Keys that a path normalised somewhere, or compared as text, would lead to. */
    static final List<String> DECOYS =
            List.of(
                    "outside/1",
                    "cluster-2/tables/ns/t/1",
                    "cluster",
                    "clustertables/1",
                    "cluster/main/tables",
                    "cluster/main/tables-2/1",
                    "cluster/main/tables/../../outside/1",
                    "cluster/main/tables/../meta/1",
                    "cluster/main/tables/%2e%2e/1",
                    "cluster/main/tables//1",
                    "cluster/main//tables/1",
                    "/cluster/main/tables/1",
                    "../1");

    private OutsidePlaces() {}

    /**
     * Returns places outside of a table's folder, spelled in every way.
     *
     * @param bucket name of the bucket, whose tables lie below {@code cluster/main/tables}
     * @param key key of the table's folder
     */
    static List<String> of(String bucket, String key) {
        List<String> places = new ArrayList<>();
        String root = bucket + "/cluster/main/tables";
        String folder = bucket + "/" + key;
        for (String place : places(bucket, root, folder)) {
            for (String scheme : List.of("s3://", "s3a://", "S3://", "s3n://")) {
                places.add(scheme + place);
            }
            places.add("s3:/" + place);
            places.add("oss://" + place);
            places.add("gs://" + place);
            places.add("file:///" + place);
            places.add("/" + place);
        }
        places.remove("s3://" + folder); // as one of the spellings of another place is
        places.addAll(
                List.of(
                        "",
                        ".",
                        "..",
                        "cluster/main/tables/x",
                        "\u0000",
                        "s3://" + folder + "\u0000",
                        "s3://" + folder + "\n"));
        return places;
    }

    private static List<String> places(String bucket, String root, String folder) {
        return List.of(
                root,
                root + "/../../outside/1",
                root + "/../meta/x",
                root + "/%2e%2e/x",
                root + "/%252E%252e/x",
                root + "/..%2f..%2foutside/x",
                root + "-2/x",
                root + "/../tables-2/x",
                folder + "/../../../../outside/1",
                folder + "/data/../../u/x",
                folder + "/./../x",
                folder + "0/1",
                folder.substring(0, folder.length() - 1) + "/1",
                folder + "/x?y",
                folder + "/x#y",
                folder + "/x%2f..%2f..%2fy",
                bucket,
                bucket + "/",
                bucket + "/cluster",
                bucket + "/outside/1",
                bucket + "-2/" + folder.substring(bucket.length() + 1),
                "user@" + folder,
                "/" + folder);
    }
}

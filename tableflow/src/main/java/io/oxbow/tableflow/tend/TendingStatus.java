package io.oxbow.tableflow.tend;

/**
 * State of a table after a turn of tending, and what was left to do.
 *
 * @param snapshots in the table's metadata
 * @param manifests of the current snapshot
 * @param metadataBytes length of the metadata file
 * @param snapshotDebt snapshots whose time is over
 * @param sweepDebt files that nothing names and a later sweep may delete
 * @param unknownFiles files that nothing names and another writer has put
 * @param eachCommitSinceMillis time back to which each commit can be read; 0 for none
 * @param oldestMillis time of the oldest state that can be read; 0 for none
 */
public record TendingStatus(
        int snapshots,
        Layout layout,
        int manifests,
        long metadataBytes,
        long snapshotDebt,
        int sweepDebt,
        int unknownFiles,
        long eachCommitSinceMillis,
        long oldestMillis) {

    /** Status before the first turn. */
    public static final TendingStatus NONE = new TendingStatus(0, Layout.NONE, 0, 0, 0, 0, 0, 0, 0);

    /**
     * Data files of the current snapshot, when they were last looked at. All of them are looked at
     * once a day, those of partitions with new files as these come.
     *
     * @param files all of them
     * @param smallFiles undersized ones
     * @param mostSmallFiles undersized ones of the partition that has most
     * @param debtBytes bytes of files that are due to be merged
     */
    public record Layout(int files, int smallFiles, int mostSmallFiles, long debtBytes) {

        /** Layout before the first look. */
        public static final Layout NONE = new Layout(0, 0, 0, 0);

        /**
         * Returns this layout of a whole table, as a look at the partitions with new files amends
         * it.
         *
         * @param filesNow data files of the table
         */
        Layout with(long filesNow, Layout touched) {
            int added = (int) filesNow - files;
            return new Layout(
                    (int) filesNow,
                    Math.max(touched.smallFiles, smallFiles + added),
                    touched.mostSmallFiles,
                    touched.debtBytes);
        }
    }
}

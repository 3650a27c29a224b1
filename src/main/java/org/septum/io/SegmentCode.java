package org.septum.io;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * What a class is, in the words of SNOMED CT that DICOM uses: found by its name if it is a common one, otherwise
 * "Tissue", which claims nothing.
 *
 * @param category
 *            what sort of thing
 * @param type
 *            the thing
 * @param side
 *            left or right; empty list if the name does not tell
 */
record SegmentCode(Concept category, Concept type, List<Concept> side) {

    /**
     * A code of SNOMED CT.
     *
     * @param value
     *            the code
     * @param meaning
     *            for people
     */
    record Concept(String value, String meaning) {

        DicomElements into(DicomElements out, int tag) {
            return out.code(tag, value, "SCT", meaning);
        }
    }

    private static final int LONGEST_NAME = 64;
    private static final Concept TISSUE = new Concept("85756007", "Tissue");
    private static final Concept ANATOMY = new Concept("91723000", "Anatomical Structure");
    private static final Concept ABNORMAL = new Concept("49755003", "Morphologically Abnormal Structure");
    private static final Concept LEFT = new Concept("7771000", "Left");
    private static final Concept RIGHT = new Concept("24028007", "Right");
    private static final Map<String, Concept> NAMES = new HashMap<>();
    private static final Set<String> ABNORMAL_NAMES = Set.of("neoplasm", "tumor", "tumour", "lesion", "edema", "oedema",
            "necrosis", "mass", "nodule", "cyst");

    static {
        String table = """
                liver 10200004 Liver
                spleen 78961009 Spleen
                kidney 64033007 Kidney
                kidneys 64033007 Kidney
                lung 39607008 Lung
                lungs 39607008 Lung
                heart 80891009 Heart
                brain 12738006 Brain
                hippocampus 5366008 Hippocampus
                pancreas 15776009 Pancreas
                prostate 41216001 Prostate
                bladder 89837001 Bladder
                aorta 15825003 Aorta
                esophagus 32849002 Esophagus
                oesophagus 32849002 Esophagus
                stomach 69695003 Stomach
                gallbladder 28231008 Gallbladder
                duodenum 38848004 Duodenum
                colon 71854001 Colon
                bone 272673000 Bone
                skin 39937001 Skin
                breast 76752008 Breast
                thyroid 69748006 Thyroid
                trachea 44567001 Trachea
                mandible 91609006 Mandible
                vertebra 51282000 Vertebra
                vein 29092000 Vein
                artery 51114001 Artery
                femur 71341001 Femur
                uterus 35039007 Uterus
                muscle 71616004 Muscle
                neoplasm 108369006 Neoplasm
                tumor 108369006 Neoplasm
                tumour 108369006 Neoplasm
                lesion 52988006 Lesion
                edema 79654002 Edema
                oedema 79654002 Edema
                necrosis 6574001 Necrosis
                mass 4147007 Mass
                nodule 27925004 Nodule
                cyst 367643001 Cyst
                """;
        for (String line : table.lines().toList()) {
            String[] words = line.split(" ", 3);
            NAMES.put(words[0], new Concept(words[1], words[2]));
        }
    }

    /** The code of a class, by its name. */
    static SegmentCode of(String name) {
        List<String> words = List.of(name.toLowerCase(Locale.ROOT).split("[^a-z]+"));
        List<Concept> side = words.contains("left") ? List.of(LEFT)
                : words.contains("right") ? List.of(RIGHT) : List.of();
        List<String> rest = words.stream().filter(w -> !w.isEmpty() && !w.equals("left") && !w.equals("right"))
                .toList();
        // Why only one word? "Liver tumour" and "portal vein" are more than any of their words says.
        Concept found = rest.size() == 1 ? NAMES.get(rest.get(0)) : null;
        if (found == null)
            return new SegmentCode(TISSUE, TISSUE, List.of());
        return new SegmentCode(ABNORMAL_NAMES.contains(rest.get(0)) ? ABNORMAL : ANATOMY, found, side);
    }

    /** A name as DICOM takes it: no backslash, which divides values, and at most 64 bytes, as many programs count. */
    static String label(String name) {
        String plain = name.replace('\\', '/').replaceAll("\\p{Cntrl}", " ").strip();
        while (plain.getBytes(StandardCharsets.UTF_8).length > LONGEST_NAME)
            plain = plain.substring(0, plain.offsetByCodePoints(plain.length(), -1));
        return plain.strip();
    }
}

package org.postern.words;

import java.util.HashSet;
import java.util.Set;
import java.util.stream.Stream;

/// Words of medicine by their endings, for those that no list holds: diseases and operations by
/// what Greek left of them, drugs by the stems that the World Health Organization gives to their
/// kinds.
public final class Stems {
    private static final int LETTERS_MIN = 7;

    private static final int LETTERS = 26;

    /// English and Spanish.
    private static final String[][] DRUGS =
            byEnd(
                    new String[] {
                        "pril",
                        "sartan",
                        "statin",
                        "statina",
                        "olol",
                        "azepam",
                        "zolam",
                        "cillin",
                        "cilina",
                        "mycin",
                        "micina",
                        "floxacin",
                        "floxacino",
                        "cycline",
                        "ciclina",
                        "prazole",
                        "prazol",
                        "gliptin",
                        "gliptina",
                        "gliflozin",
                        "gliflozina",
                        "glutide",
                        "glutida",
                        "dipine",
                        "dipino",
                        "tidine",
                        "tidina",
                        "triptan",
                        "setron",
                        "oxetine",
                        "oxetina",
                        "pramine",
                        "pramina",
                        "mab",
                        "tinib",
                        "ciclib",
                        "rafenib",
                        "parib",
                        "platin",
                        "platino",
                        "rubicin",
                        "rubicina",
                        "taxel",
                        "vudine",
                        "vudina",
                        "navir",
                        "tegravir",
                        "ciclovir",
                        "conazole",
                        "conazol",
                        "nidazole",
                        "nidazol",
                        "parin",
                        "parina",
                        "xaban",
                        "gatran",
                        "grel",
                        "terol",
                        "tropium",
                        "tropio",
                        "lukast",
                        "profen",
                        "profeno",
                        "coxib",
                        "olone",
                        "olona",
                        "onide",
                        "onida",
                        "sone",
                        "sona",
                        "thiazide",
                        "tiazida",
                        "semide",
                        "semida",
                        "dronate",
                        "dronato",
                        "fibrate",
                        "fibrato",
                        "barbital",
                        "caine",
                        "caina",
                        "curium",
                        "curonium",
                        "codone",
                        "codona",
                        "orphan",
                        "tadine",
                        "tadina",
                        "rizine",
                        "rizina"
                    });

    private static final String[][] DISEASES =
            byEnd(
                    new String[] {
                        "itis",
                        "osis",
                        "emia",
                        "uria",
                        "opathy",
                        "opatia",
                        "ectomy",
                        "ectomia",
                        "otomy",
                        "otomia",
                        "ostomy",
                        "ostomia",
                        "oscopy",
                        "oscopia",
                        "plasty",
                        "plastia",
                        "ography",
                        "ografia",
                        "oplasia",
                        "ogram",
                        "ograma",
                        "algia",
                        "plegia",
                        "paresis",
                        "oma",
                        "centesis",
                        "rrhea",
                        "rrea",
                        "rrhage",
                        "rragia",
                        "megaly",
                        "megalia",
                        "penia",
                        "phasia",
                        "fasia",
                        "phagia",
                        "fagia",
                        "pnea",
                        "noea",
                        "trophy",
                        "trofia",
                        "dynia",
                        "desis",
                        "lysis",
                        "lisis",
                        "malacia",
                        "sclerosis",
                        "esclerosis",
                        "stenosis",
                        "ectasis",
                        "ectasia",
                        "cele",
                        "thorax",
                        "torax"
                    });

    /// Words of every day, and of the office, that end so too.
    private static final Set<Long> OTHERS =
            hashes(
                    "april",
                    "program",
                    "programs",
                    "telegram",
                    "instagram",
                    "histogram",
                    "diagram",
                    "photography",
                    "geography",
                    "bibliography",
                    "biography",
                    "demography",
                    "topography",
                    "typography",
                    "cartography",
                    "fotografia",
                    "geografia",
                    "biografia",
                    "bibliografia",
                    "diploma",
                    "idioma",
                    "aroma",
                    "sintoma",
                    "maroma",
                    "paloma",
                    "oklahoma",
                    "tacoma",
                    "sonoma",
                    "analysis",
                    "analisis",
                    "catalysis",
                    "academia",
                    "bohemia",
                    "microscopy",
                    "programa",
                    "telegrama",
                    "diagrama",
                    "crucigrama",
                    "nostalgia",
                    "autonomy",
                    "economy",
                    "astronomy",
                    "diagnosis",
                    "diagnoses",
                    "prognosis",
                    "hypnosis",
                    "basis",
                    "personal",
                    "persona",
                    "arizona",
                    "barcelona",
                    "matrona",
                    "corona",
                    "alone",
                    "pamplona",
                    "dichotomy",
                    "casona",
                    "emphasis",
                    "crisis",
                    "synthesis",
                    "osmosis",
                    "trophy",
                    "atrofia",
                    "philosophy",
                    "encina",
                    "cocina",
                    "oficina",
                    "medicina",
                    "vitamina",
                    "piscina",
                    "gasolina",
                    "someone",
                    "milestone",
                    "telephone",
                    "cyclone",
                    "backbone",
                    "everyone",
                    "anyone",
                    "standalone",
                    "cornerstone");

    private Stems() {}

    public static boolean isMedical(char[] text, int begin, int end) {
        return end - begin >= LETTERS_MIN
                && (endsWithAny(text, begin, end, DISEASES) || endsWithAny(text, begin, end, DRUGS))
                && !OTHERS.contains(Hash.of(text, begin, end));
    }

    /// Of a medical word.
    public static boolean isDrug(char[] text, int begin, int end) {
        return endsWithAny(text, begin, end, DRUGS);
    }

    /// By their last two letters, so that most words cost one look.
    private static String[][] byEnd(String[] stems) {
        String[][] byEnd = new String[LETTERS * LETTERS][];
        for (int i = 0; i < byEnd.length; i++) {
            int end = i;
            byEnd[i] =
                    Stream.of(stems)
                            .filter(it -> end(it.toCharArray(), it.length()) == end)
                            .toArray(String[]::new);
        }
        return byEnd;
    }

    /// The number of the last two letters; -1 if one is none.
    private static int end(char[] text, int end) {
        int last = Letters.fold(text[end - 1]) - 'a';
        int before = Letters.fold(text[end - 2]) - 'a';
        boolean letters = last >= 0 && last < LETTERS && before >= 0 && before < LETTERS;
        return letters ? before * LETTERS + last : -1;
    }

    private static boolean endsWithAny(char[] text, int begin, int end, String[][] stems) {
        int place = end(text, end);
        if (place < 0) {
            return false;
        }
        for (String stem : stems[place]) {
            if (endsWith(text, begin, end, stem)) {
                return true;
            }
        }
        return false;
    }

    private static boolean endsWith(char[] text, int begin, int end, String stem) {
        int from = end - stem.length();
        if (from <= begin + 1) {
            return false;
        }
        for (int i = stem.length() - 1; i >= 0; i--) {
            if (Letters.fold(text[from + i]) != stem.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    private static Set<Long> hashes(String... words) {
        Set<Long> hashes = new HashSet<>();
        for (String word : words) {
            hashes.add(Hash.of(word));
        }
        return Set.copyOf(hashes);
    }
}

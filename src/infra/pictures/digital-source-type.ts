/**
 * IPTC digital source type of pictures that are made here, from http://cv.iptc.org/newscodes/digitalsourcetype/ :
 * `trainedAlgorithmicMedia` for a trained model, `algorithmicMedia` for a program without training data.
 */
export type DigitalSourceType = "trainedAlgorithmicMedia" | "algorithmicMedia";
